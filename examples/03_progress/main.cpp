// A tool that takes a while: it reports progress, logs to the client and stops when nobody wants
// the answer any more.
#include <rampart/run.hpp>
#include <rampart/server.hpp>

#include <string>

struct Import {
  int rows = 0;
  static constexpr auto fields = rampart::fields(
      rampart::required<&Import::rows>("How many rows to import", rampart::Range{1, 10'000}));
};

void import_row(int row) { (void)row; /* the work */ }

rampart::Result<std::string> import_rows(Import const& args, rampart::Context& context) {
  int const step = args.rows < 4 ? 1 : args.rows / 4;
  for (int row = 1; row <= args.rows; ++row) {
    if (context.stop_token().stop_requested())
      return rampart::fail(rampart::Errc::cancelled,
                           "stopped after " + std::to_string(row - 1) + " rows");
    import_row(row);
    if (row % step == 0) context.progress(row, args.rows, "importing");
  }
  context.log(rampart::LogLevel::info, "import finished", "importer");
  context.server_log(rampart::LogLevel::info, "imported", {{"rows", std::to_string(args.rows)}});
  return std::to_string(args.rows) + " rows imported";
}

int main(int argc, char** argv) {
  rampart::Server server("importer", "1.0.0");
  server.tool("import_rows", "Imports rows into the database.", import_rows).destructive(false);
  return rampart::run(server, argc, argv);
}
