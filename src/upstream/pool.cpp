#include "upstream/pool.hpp"

namespace rampart::upstream {

using config::UpstreamMode;

namespace {

/// Does an instance serve this caller only? Who is not authenticated may be anybody, and a modern
/// client has no session.
bool has_its_own(UpstreamMode mode, Caller const& caller) {
  if (mode == UpstreamMode::per_session) return !caller.session.empty();
  return mode == UpstreamMode::per_principal && caller.authenticated();
}

}  // namespace

ClientCapabilities main_capabilities(config::Upstream const& config) {
  return config.mode == UpstreamMode::single ? shared_capabilities(config) : ClientCapabilities();
}

// A legacy server asks for roots once and keeps them: filesystem servers take them for what they
// may touch. So what one client named would open it to all who share the server.
ClientCapabilities shared_capabilities(config::Upstream const& config) {
  auto out = every_capability();
  out.roots = out.roots_list_changed = config.share_roots;
  return out;
}

bool is_told_of_roots(config::Upstream const& config, InstanceKey const& key,
                      Caller const& caller) {
  if (config.share_roots) return true;
  if (!has_its_own(config.mode, caller)) return false;
  return config.mode == UpstreamMode::per_session ? key.session == caller.session
                                                  : key.principal == caller.principal;
}

Need need_of(config::Upstream const& config, Greeting const& main, bool attributes,
             Caller const& asking) {
  bool const own = has_its_own(config.mode, asking);
  auto caller = asking;
  if (!main.modern() && !own && !config.share_roots)
    caller.capabilities.roots = caller.capabilities.roots_list_changed = false;
  auto const declared = own ? every_capability() : shared_capabilities(config);
  Need need;
  bool const owner_unclear = !main.modern() && !attributes;
  need.exclusive = owner_unclear && caller.can_be_asked();
  switch (config.mode) {
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
      need.key.capabilities = declared;
      break;
    case UpstreamMode::per_session:
      need.main = false;
      need.key.principal = caller.principal;
      need.key.session = caller.session;
      need.key.capabilities = declared;
      break;
  }
  return need;
}

bool has_room(Instance const& instance, bool exclusive) {
  if (!instance.usable() || instance.exclusive) return false;
  return !exclusive || instance.users == 0;
}

}  // namespace rampart::upstream
