// Which era an upstream speaks and what it says about itself: what to ask, and how the answers are
// read (basic/versioning, basic/transports of 2026-07-28; basic/lifecycle of 2025-11-25). No I/O.
#pragma once
#include <string>

#include "protocol/version.hpp"
#include "upstream/exchange.hpp"

namespace rampart::upstream {

/// How to open: `automatic` asks server/discover first; the others know the answer.
enum class Probe { automatic, modern, legacy };

/// What the upstream said about itself.
struct Greeting {
  protocol::Version version = protocol::latest_legacy;
  std::string server_info = "{}";   ///< JSON object
  std::string capabilities = "{}";  ///< JSON object
  std::string instructions = {};
  bool modern() const { return protocol::is_modern(version); }
};

/// What to do after the answer to server/discover or initialize.
struct Verdict {
  enum class Next {
    greet,       ///< `greeting` is complete
    initialize,  ///< a legacy server: shake hands
    discover,    ///< a modern server that was taken for a legacy one
    give_up,     ///< `error`
  };
  Next next = Next::give_up;
  Greeting greeting = {};
  Error error = {};
  /// initialize was answered by 400, 404 or 405: perhaps a server of 2024-11-05's HTTP+SSE.
  bool not_streamable = false;
};

/// `over_http`: a status or a timeout may come from something between, and says nothing about the
/// era unless it is 400, 404 or 405.
Verdict judge_discover(Event const& answer, Probe probe, bool over_http);
Verdict judge_initialize(Event const& answer, Probe probe);

/// An answer to any later request over HTTP which says that the server behind the address is not
/// what it was when `greeting` was read: it was replaced by one of the other era, or another
/// description of the tool is in force there. Opening it anew tells.
bool is_another_server(Event const& answer, Greeting const& greeting);

Request discover_request(ClientCapabilities const& capabilities);
/// `client_info` is an Implementation object.
Request initialize_request(ClientCapabilities const& capabilities, std::string_view client_info);

}  // namespace rampart::upstream
