// Results as a person reads them. All of it is safe to print.
#pragma once
#include <string>
#include <string_view>

#include "client/console.hpp"
#include "client/lists.hpp"

namespace rampart::client {

/// Content blocks one after the other, then structured content; texts that only repeat that are
/// left out.
std::string readable_tool_result(std::string_view result);
/// True when the tool says that it failed.
bool is_tool_error(std::string_view result);
std::string readable_resource(std::string_view result);
std::string readable_prompt(std::string_view result, Style const& style);

/// `get-sum a=NUMBER b=NUMBER`: how a tool or prompt is called.
std::string synopsis(std::string_view descriptor, ListKind kind);
std::string readable_list(std::vector<std::string> const& entries, ListKind kind,
                          Console const& console);
/// Name, version and protocol of the server.
std::string readable_greeting(upstream::Greeting const& greeting, Style const& style);

}  // namespace rampart::client
