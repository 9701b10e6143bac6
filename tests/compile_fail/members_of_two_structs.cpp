// EXPECT: rampart: fields() must list members of one struct only
#include "rampart/codec.hpp"

struct First {
  int a = 0;
};
struct Second {
  int b = 0;
  int c = 0;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Second::b>("B"), rampart::required<&First::a>("A"));
};
