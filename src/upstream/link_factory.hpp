// Opens the way to an upstream, by what its configuration says it is.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "config/upstream.hpp"
#include "upstream/link.hpp"
#include "upstream/stdio_link.hpp"

namespace rampart::upstream {

struct OpenedLink {
  std::unique_ptr<Link> link;
  StdioLink* child = nullptr;  ///< the same object, when it is a child process
};

class LinkFactory {
 public:
  virtual ~LinkFactory() = default;
  /// `older`: the HTTP+SSE pair of 2024-11-05, for a server that knows no other. Errors:
  /// unavailable.
  virtual Result<OpenedLink> open(config::Upstream const& upstream, bool older,
                                  std::function<void(std::string)> on_error_line) = 0;
};

}  // namespace rampart::upstream
