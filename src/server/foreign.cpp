#include "server/foreign.hpp"

namespace rampart::server {

bool is_away(Error const& failure) {
  switch (failure.code) {
    case Errc::unavailable:
    case Errc::circuit_open:
    case Errc::overloaded:
    case Errc::deadline:
    case Errc::delivery_unknown:
      return true;
    default:
      return false;
  }
}

}  // namespace rampart::server
