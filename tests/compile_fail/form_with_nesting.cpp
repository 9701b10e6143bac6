// EXPECT: rampart: a form may hold only scalars, enums and lists of enums
#include "rampart/codec.hpp"

struct Query {
  std::vector<std::string> cities;
  static constexpr auto fields = rampart::fields(rampart::required<&Query::cities>("Cities"));
};

std::string text() { return rampart::form_schema_of<Query>(); }
