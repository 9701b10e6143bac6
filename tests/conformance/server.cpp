// The fixture server of the official conformance suite: `conformance_server` serves it on PORT, or
// on standard input and output with --stdio.
#include "fixture.hpp"
#include "rampart/run.hpp"

int main(int argc, char** argv) {
  rampart::Server server("rampart-conformance", "1.0.0");
  server.instructions(
      "Every tool, prompt and resource here is one that the conformance suite asks for.");
  conformance::add_content_tools(server);
  conformance::add_paced_tools(server);
  conformance::add_legacy_tools(server);
  conformance::add_input_required_tools(server);
  conformance::add_resources(server);
  conformance::add_prompts(server);
  return rampart::run(server, argc, argv);
}
