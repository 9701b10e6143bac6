// How a command for people ends: the exit status is part of its interface (docs/cli.md).
#pragma once
#include <string>

namespace rampart::client {

enum class Status : int {
  ok = 0,
  tool_failed = 1,   ///< the tool answered isError; doctor: it found problems
  usage = 2,         ///< the command line is wrong, or asks for what the server does not have
  unreachable = 3,   ///< the server cannot be started or reached, refused us, or was lost
  protocol = 4,      ///< the server answered with a JSON-RPC error, or broke the protocol
  timeout = 5,       ///< the server did not answer in time
  interrupted = 130  ///< by the user
};

/// Why there is no result.
struct Trouble {
  Status status = Status::protocol;
  std::string text;        ///< for people
  std::string error = {};  ///< the JSON-RPC error object, if that is what came
};

}  // namespace rampart::client
