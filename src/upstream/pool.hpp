// Which live server of an upstream serves which caller, by the mode an operator chose. Pure
// decisions: it starts and stops nothing. Loop thread only.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "config/upstream.hpp"
#include "upstream/instance.hpp"

namespace rampart::upstream {

/// What a caller needs.
struct Need {
  bool main = true;  ///< the shared instance serves it; else one with `key`
  InstanceKey key;
  bool exclusive =
      false;  ///< nothing else may run there meanwhile: its questions would have no owner
};

/// `attributes`: questions come with the request they belong to (HTTP), so calls need not be alone.
Need need_of(config::Upstream const& config, Greeting const& main, bool attributes,
             Caller const& caller);
/// What the shared instance declares in its handshake.
ClientCapabilities main_capabilities(config::Upstream const& config);
/// What an instance declares that serves whoever can be asked.
ClientCapabilities shared_capabilities(config::Upstream const& config);

/// May an instance with `key` hear that the roots of `caller` changed?
bool is_told_of_roots(config::Upstream const& config, InstanceKey const& key, Caller const& caller);

/// May `instance` take a call now?
bool has_room(Instance const& instance, bool exclusive);

}  // namespace rampart::upstream
