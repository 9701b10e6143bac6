// Text from a server as a person reads it. What could steer a terminal is shown instead of obeyed.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rampart::client {

/// Control characters but line feed and tab as \x1b, bytes that are no UTF-8 as U+FFFD.
std::string visible(std::string_view text);
/// The same in one line of at most `limit` bytes: up to the first line end, cut with an ellipsis.
std::string first_line(std::string_view text, std::size_t limit);

/// Valid JSON text over several lines, two spaces a level; numbers and escapes stay as written.
std::string pretty(std::string_view json);

/// "734 B", "21.4 kB", "3.2 MB": thousands, not 1024.
std::string human_bytes(std::uint64_t bytes);
/// "12,345"
std::string grouped(std::uint64_t number);
/// "1 tool", "2 tools", "2 processes"
std::string counted(std::uint64_t number, std::string_view what);
/// How many bytes a base64 text stands for.
std::size_t base64_bytes(std::string_view text);

/// Our messages call the other side an upstream; whoever reads a terminal calls it the server.
std::string plain_words(std::string text);

}  // namespace rampart::client
