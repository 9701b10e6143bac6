// The rampart binary: so far it serves the demo.
#include "demo.hpp"
#include "rampart/run.hpp"

int main(int argc, char** argv) {
  auto server = demo::make_server();
  return rampart::run(server, argc, argv);
}
