// EXPECT: rampart_a_header_must_be_a_token
#include "rampart/codec.hpp"

struct Query {
  std::string region;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::region>("Region", rampart::Header{"The region"}));
};
