// EXPECT: rampart_two_fields_have_the_same_name
#include "rampart/codec.hpp"

struct Query {
  int a = 0;
  int b = 0;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::a>("A"), rampart::required<&Query::a>("A"));
};
