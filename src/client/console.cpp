#include "client/console.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace rampart::client {
namespace {

std::function<void(std::string_view)> writer(std::FILE* to) {
  return [to](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), to);
    std::fflush(to);
  };
}

bool coloured(int descriptor) {
  char const* const no_colour = std::getenv("NO_COLOR");
  char const* const kind = std::getenv("TERM");
  if (no_colour && *no_colour) return false;
  if (!kind || std::string_view(kind) == "dumb") return false;
  return ::isatty(descriptor) == 1;
}

}  // namespace

Console standard_console() {
  Console console;
  console.out = writer(stdout);
  console.err = writer(stderr);
  console.out_style.colour = coloured(STDOUT_FILENO);
  console.err_style.colour = coloured(STDERR_FILENO);
  console.watched = ::isatty(STDERR_FILENO) == 1;
  return console;
}

}  // namespace rampart::client
