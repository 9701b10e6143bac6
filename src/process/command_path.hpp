// Which file a command names, found before the fork so that a wrong name is told precisely.
#pragma once
#include <string>
#include <string_view>

#include "process/child.hpp"
#include "process/exec_child.hpp"

namespace rampart::process {

/// PATH where the environment has none.
inline constexpr std::string_view default_path = "/usr/local/bin:/usr/bin:/bin";

/// The path to execute from inside `command.directory`: argv[0] itself if it has a slash, else the
/// first executable file of that name in PATH of the command's own environment (POSIX: an empty
/// element is the directory). Errors: unavailable; the message says what is wrong, the detail where
/// and how to mend it.
Result<std::string> find_program(Command const& command);

/// What the child could not do.
Error exec_error(Command const& command, ExecFailure failure);

}  // namespace rampart::process
