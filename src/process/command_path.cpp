#include "process/command_path.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

namespace rampart::process {
namespace {
using namespace std::string_literals;

Error cannot_run(Command const& command, std::string_view why, std::string detail) {
  std::string message = "cannot run ";
  message.append(command.argv.empty() ? "a command" : command.argv.front());
  message.append(": ").append(why);
  return Error(Errc::unavailable, std::move(message), std::move(detail));
}

std::string system_text(int error) {
  return std::error_code(error, std::generic_category()).message();
}

// C strings end at their first NUL, so what follows would be lost without a word.
std::optional<Error> unspeakable(Command const& command) {
  auto const has_nul = [](std::string const& text) { return text.find('\0') != text.npos; };
  if (command.argv.empty() || command.argv.front().empty())
    return Error(Errc::unavailable, "cannot run a command without a name",
                 "its first word is the program");
  for (auto const& argument : command.argv)
    if (has_nul(argument)) return cannot_run(command, "an argument contains a NUL character", {});
  for (auto const& [name, value] : command.environment)
    if (name.empty() || name.find('=') != name.npos || has_nul(name) || has_nul(value))
      return cannot_run(command, "an environment variable cannot be passed on",
                        "'" + name + "': a name is not empty and has no '=', neither part a NUL");
  return std::nullopt;
}

std::optional<Error> bad_directory(Command const& command) {
  struct stat found{};
  if (command.directory.empty()) return std::nullopt;
  if (::stat(command.directory.c_str(), &found) != 0)
    return exec_error(command, {ExecStage::directory, errno});
  if (!S_ISDIR(found.st_mode)) return exec_error(command, {ExecStage::directory, ENOTDIR});
  return std::nullopt;
}

// 0, or why this file cannot be executed. Relative paths are seen from the command's directory.
int refusal(Command const& command, std::string const& path) {
  bool const relative = path.front() != '/' && !command.directory.empty();
  auto const seen = relative ? command.directory + "/" + path : path;
  struct stat found{};
  if (::stat(seen.c_str(), &found) != 0) return errno;
  if (!S_ISREG(found.st_mode)) return EACCES;
  return ::access(seen.c_str(), X_OK) == 0 ? 0 : EACCES;
}

Error not_executable(Command const& command, std::string const& path) {
  return cannot_run(command, "it is not an executable file", "chmod +x " + path);
}

Result<std::string> search(Command const& command) {
  auto const it = command.environment.find("PATH");
  std::string const path(it == command.environment.end() ? default_path : it->second);
  std::string unusable;
  for (std::size_t at = 0; at <= path.size();) {
    auto const end = std::min(path.find(':', at), path.size());
    auto const folder = path.substr(at, end - at);
    auto candidate = (folder.empty() ? "."s : folder) + "/" + command.argv.front();
    int const why = refusal(command, candidate);
    if (why == 0) return candidate;
    if (why == EACCES && unusable.empty()) unusable = std::move(candidate);
    at = end + 1;
  }
  if (!unusable.empty()) return fail(not_executable(command, unusable));
  return fail(cannot_run(command, "there is no such command",
                         "looked in PATH " + path + "; install it, or give its full path"));
}
}  // namespace

Result<std::string> find_program(Command const& command) {
  if (auto error = unspeakable(command)) return fail(std::move(*error));
  if (auto error = bad_directory(command)) return fail(std::move(*error));
  auto const& name = command.argv.front();
  if (name.find('/') == name.npos) return search(command);
  int const why = refusal(command, name);
  if (why == 0) return name;
  if (why == EACCES) return fail(not_executable(command, name));
  return fail(cannot_run(command, why == ENOENT ? "there is no such file" : system_text(why),
                         "a path is seen from the command's working directory; check it"));
}

Error exec_error(Command const& command, ExecFailure failure) {
  int const error = failure.error;
  if (failure.stage == ExecStage::directory)
    return cannot_run(command,
                      error == ENOENT
                          ? "its working directory does not exist"
                          : "its working directory cannot be entered: " + system_text(error),
                      command.directory + ": create it, or correct the path");
  if (failure.stage == ExecStage::program && error == ENOENT)
    return cannot_run(command, "its interpreter does not exist",
                      "the #! line of the script names a program that is not installed");
  if (failure.stage == ExecStage::program && error == ENOEXEC)
    return cannot_run(command, "it is neither a program of this machine nor a script",
                      "a script begins with a line such as #!/bin/sh");
  if (failure.stage == ExecStage::program && error == E2BIG)
    return cannot_run(command, "its arguments and environment are too long", system_text(error));
  return cannot_run(command, system_text(error),
                    "step " + std::to_string(static_cast<int>(failure.stage)) + " of its start");
}

}  // namespace rampart::process
