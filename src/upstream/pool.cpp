#include "upstream/pool.hpp"

namespace rampart::upstream {

using config::UpstreamMode;

ClientCapabilities main_capabilities(UpstreamMode mode) {
  return mode == UpstreamMode::single ? every_capability() : ClientCapabilities();
}

Need need_of(UpstreamMode mode, Greeting const& main, bool attributes, Caller const& caller) {
  Need need;
  bool const owner_unclear = !main.modern() && !attributes;
  need.exclusive = owner_unclear && caller.can_be_asked();
  switch (mode) {
    case UpstreamMode::single:
      break;
    case UpstreamMode::automatic:
      // A modern server hears of the caller's capabilities with each request.
      if (main.modern() || !caller.can_be_asked()) break;
      need.main = false;
      need.key.capabilities = caller.capabilities;
      break;
    case UpstreamMode::per_principal:
      need.main = false;
      need.key.principal = caller.principal;
      need.key.capabilities = every_capability();
      break;
    case UpstreamMode::per_session:
      need.main = false;
      need.key.principal = caller.principal;
      need.key.session = caller.session;
      need.key.capabilities = every_capability();
      break;
  }
  return need;
}

bool has_room(Instance const& instance, bool exclusive) {
  if (!instance.usable() || instance.exclusive) return false;
  return !exclusive || instance.users == 0;
}

}  // namespace rampart::upstream
