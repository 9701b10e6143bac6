// Whom an upstream is called for: what decides which of its live servers may serve the call.
#pragma once
#include <string>
#include <string_view>

#include "rampart/client.hpp"

namespace rampart::upstream {

struct Caller {
  ClientCapabilities capabilities;
  static constexpr std::string_view nobody = "anonymous";
  std::string principal{nobody};
  std::string session;  ///< of a legacy client; empty otherwise

  bool authenticated() const { return principal != nobody; }
  /// Whether an upstream may ask this caller anything.
  bool can_be_asked() const {
    return capabilities.sampling || capabilities.elicitation_form || capabilities.elicitation_url ||
           capabilities.roots;
  }
};

/// What a client declares that can be asked everything.
inline ClientCapabilities every_capability() {
  ClientCapabilities all;
  all.sampling = all.elicitation_form = all.elicitation_url = all.roots = all.roots_list_changed =
      true;
  return all;
}

}  // namespace rampart::upstream
