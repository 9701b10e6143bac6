// Where a command writes: results to stdout, everything about them to stderr. Colours only where a
// person looks.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace rampart::client {

struct Style {
  bool colour = false;
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string red(std::string_view text) const { return wrap("31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string yellow(std::string_view text) const { return wrap("33", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const {
    if (!colour) return std::string(text);
    return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
  }
};

/// Text arrives whole, with its line ends; what came from a server has been made visible().
struct Console {
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> err;
  Style out_style = {};
  Style err_style = {};
  bool watched = false;  ///< stderr is a terminal
  bool json = false;     ///< results as the server sent them
  bool verbose = false;  ///< the server's stderr too

  void note(std::string_view text) const { err(std::string(text).append("\n")); }
};

/// The process's own. NO_COLOR turns colours off (no-color.org).
Console standard_console();

}  // namespace rampart::client
