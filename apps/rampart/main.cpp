// The rampart binary: puts other MCP servers into production; without any it serves a demo.
#include "runtime/main.hpp"
#include "demo.hpp"

int main(int argc, char** argv) {
  rampart::ServerInfo info;
  info.name = "rampart";
  info.version = RAMPART_VERSION;
  rampart::Server server(info);
  return rampart::runtime::main(server, argc, argv, demo::make_server);
}
