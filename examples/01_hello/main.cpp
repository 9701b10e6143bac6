// The smallest server: one tool. Run it, and it serves HTTP on port 8080; with --stdio a client
// starts it itself.
#include <rampart/run.hpp>
#include <rampart/server.hpp>

struct Greeting {
  std::string name;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Greeting::name>("Who is to be greeted"));
};

int main(int argc, char** argv) {
  rampart::Server server("hello", "1.0.0");
  server.tool("greet", "Greets somebody by name.",
              [](Greeting const& args) { return "Hello, " + args.name + "!"; });
  return rampart::run(server, argc, argv);
}
