// Running a tool with valid arguments: through the cache if it has one, quick or on a worker or as
// a coroutine.
#pragma once
#include <memory>

#include "server/catalog.hpp"
#include "server/dispatcher.hpp"

namespace rampart::server {

/// A result with isError that a model can read.
Rendered tool_error(protocol::Version version, std::string reason);

/// `retry`: this request carries the client's answers; such results are never cached.
void run_tool(Call& call, std::shared_ptr<Tool const> tool, Node arguments, bool retry);
void run_uncached(Call& call, std::shared_ptr<Tool const> tool, Node arguments);

}  // namespace rampart::server
