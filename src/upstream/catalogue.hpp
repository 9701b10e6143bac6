// What an upstream offers, as it said it: raw descriptors in its order.
#pragma once
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "base/clock.hpp"
#include "rampart/error.hpp"
#include "rampart/task.hpp"

namespace rampart::upstream {

class Connection;

/// How long and for whom one list may be kept.
struct ListLife {
  bool there = false;  ///< the upstream has such a list
  bool timed = false;  ///< it said a time above 0
  base::Steady::time_point expires{};
  bool is_public = false;
  bool operator==(ListLife const&) const = default;
};

struct Catalogue {
  std::vector<std::string> tools, resources, templates, prompts;  ///< JSON objects
  bool completions = false;
  bool subscribe = false;  ///< resources can be subscribed to
  ListLife tools_life, resources_life, templates_life, prompts_life;
  std::vector<std::string> refused;  ///< lists that were answered with an error, and with which one
  bool operator==(Catalogue const&) const = default;
};

struct CatalogueLimits {
  std::size_t max_pages = 1'000;      ///< of one list
  std::size_t max_entries = 20'000;   ///< of one list
  std::size_t max_bytes = 64u << 20;  ///< of one list
};

/// Of `more`, what `than` does not have: entries by name or URI.
Catalogue beyond(Catalogue const& more, Catalogue const& than);
/// Appends the entries of `more`.
void append(Catalogue& to, Catalogue const& more);

/// Reads the lists that the upstream's capabilities name. One that is answered with an error is as
/// it was `before` and stands in `refused`; one whose method is not known is empty.
/// Errors: unavailable, deadline; invalid_request for lists that are none.
Task<Result<Catalogue>> read_catalogue(async::Loop& loop, Connection& connection,
                                       base::Steady::time_point deadline, Catalogue before,
                                       CatalogueLimits limits = CatalogueLimits());

}  // namespace rampart::upstream
