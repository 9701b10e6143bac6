// EXPECT: rampart_two_fields_have_the_same_header
#include "rampart/codec.hpp"

struct Query {
  std::string a, b;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::a>("A", rampart::Header{"Region"}),
                      rampart::required<&Query::b>("B", rampart::Header{"REGION"}));
};
