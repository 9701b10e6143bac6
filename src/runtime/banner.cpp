#include "runtime/banner.hpp"

#include <cstdio>

#include "server/registry.hpp"

namespace rampart::runtime {

std::string banner_text(Server& server, config::Config const& config, std::uint16_t port,
                        std::uint16_t metrics_port) {
  auto const& registry = server.registry();
  auto const catalog = registry.catalog();
  auto const base = "http://localhost:" + std::to_string(port);
  auto const metrics = "http://localhost:" + std::to_string(metrics_port);
  std::string tools;
  for (auto const& tool : catalog->tools.list())
    tools += (tools.empty() ? "" : ", ") + tool->spec.name;
  std::string out =
      "\n  " + registry.info().name + " " + registry.info().version + " is serving MCP\n\n";
  for (auto const& upstream : config.upstreams) out += "    fronting  " + upstream.name + "\n";
  out += "    MCP       " + base + "/mcp   (protocol 2026-07-28 and every older one)\n";
  out += "    probes    " + base + "/health   " + base + "/ready\n";
  out += "    metrics   " + metrics + "/metrics\n";
  out += "    tools     " + (tools.empty() ? "none" : tools) + "\n";
  out += "    resources " + std::to_string(catalog->resources.list().size()) + ", prompts " +
         std::to_string(catalog->prompts.list().size()) + "\n\n";
  out += "  Try it (copy and paste):\n\n";
  out += "    curl -s " + base + "/mcp -H 'Content-Type: application/json' \\\n";
  out += "      -H 'Accept: application/json, text/event-stream' \\\n";
  out += "      -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/list' \\\n";
  out +=
      R"(      -d '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}')";
  std::string_view const page = config.upstreams.empty()
                                    ? "docs/writing-a-server.md to serve your own tools"
                                    : "docs/bridge.md for what passes between the eras";
  out += "\n\n  Next: add " + base + "/mcp to your MCP client, or read ";
  (out += page) += ".\n";
  out += "  Environment: " +
         std::string(config.environment == config::Environment::development ? "development"
                                                                            : "not development") +
         "; `check` prints every setting. Ctrl-C stops.\n\n";
  return out;
}

void print_banner(Server& server, config::Config const& config, std::uint16_t port,
                  std::uint16_t metrics_port) {
  auto const text = banner_text(server, config, port, metrics_port);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace rampart::runtime
