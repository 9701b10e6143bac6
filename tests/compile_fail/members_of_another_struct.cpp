// EXPECT: rampart: fields() names members of another struct
#include "rampart/codec.hpp"

struct First {
  int a = 0;
  static constexpr auto fields = rampart::fields(rampart::required<&First::a>("A"));
};
struct Copied {
  int a = 0;
  static constexpr auto fields = rampart::fields(rampart::required<&First::a>("A"));
};

std::string text() { return rampart::schema_of<Copied>(); }
