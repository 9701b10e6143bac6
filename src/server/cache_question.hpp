// What a call asks, as the result cache sees it: under which keys an answer may stand, and how long
// it may be kept.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "rampart/json.hpp"
#include "server/foreign.hpp"

namespace rampart::server {

class Call;
struct Tool;

struct CacheQuestion {
  std::string key;              ///< of an answer for this caller
  std::string public_key = {};  ///< of one for everybody; empty: none is looked for
  /// Kept for as long and for whom the answer says (Rendered::hints), in memory alone. Otherwise
  /// for the cache's time, under `key`.
  bool hinted = false;
  Staleness stale = {};
  /// How long the run may take for which others wait; none: as long as any request.
  std::optional<std::chrono::milliseconds> limit = {};
};

CacheQuestion tool_question(Call const& call, Tool const& tool, Node arguments);
CacheQuestion read_question(Call const& call, std::string_view uri, Keeping keeping);

}  // namespace rampart::server
