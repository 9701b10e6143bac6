// Command lines of `call`, `list`, `read`, `prompt` and `doctor` as what is to be done
// (docs/cli.md).
#pragma once
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "client/commands.hpp"

namespace CLI {
class App;
}

namespace rampart::runtime {

struct ClientOrder {
  bool doctor = false;
  client::Target target;
  client::Command command;         ///< unless it is the doctor's
  std::vector<std::string> roots;  ///< absolute paths
  bool json = false;
  bool verbose = false;
};

/// Is the first word one of ours?
bool is_client_command(int argc, char const* const* argv);
/// The order, or the exit status when there is nothing to do: help was asked for and printed, or
/// the command line is wrong and stderr says how.
tl::expected<ClientOrder, int> read_client_order(int argc, char const* const* argv);
/// Names the commands in the help of the whole program.
void describe_client_commands(CLI::App& app);

}  // namespace rampart::runtime
