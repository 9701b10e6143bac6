// Shorthands of the tests of `mcpServers`.
#pragma once
#include "config/upstream.hpp"
#include "config_sources.hpp"

namespace rampart::config::testing {

inline Upstream one(std::string text, std::map<std::string, std::string> environment = {}) {
  auto sources = with_file(std::move(text));
  sources.environment = std::move(environment);
  auto const upstreams = good(sources).config.upstreams;
  EXPECT_EQ(upstreams.size(), 1u);
  return upstreams.empty() ? Upstream() : upstreams.front();
}
inline std::string wrong_with(std::string text,
                              std::map<std::string, std::string> environment = {}) {
  auto sources = with_file(std::move(text));
  sources.environment = std::move(environment);
  return wrong(sources);
}
inline std::string server(std::string const& members) {
  return R"({"mcpServers":{"a":{)" + members + "}}}";
}
// For a server that is fine but for `members`.
inline std::string rule(std::string const& members) {
  auto const text = wrong_with(server(R"("command":"c",)" + members));
  auto const start = text.find("): ");
  return start == std::string::npos ? text : text.substr(start + 3);
}

}  // namespace rampart::config::testing
