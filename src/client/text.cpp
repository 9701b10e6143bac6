#include "client/text.hpp"

#include <fmt/format.h>

#include "base/log_text.hpp"
#include "base/utf8.hpp"

namespace rampart::client {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

// C0, DEL, and C1, which is two bytes in UTF-8.
bool steers(std::string_view sequence) {
  auto const first = static_cast<unsigned char>(sequence[0]);
  if (first == '\n' || first == '\t') return false;
  if (first < 0x20 || first == 0x7f) return true;
  return first == 0xc2 && static_cast<unsigned char>(sequence[1]) < 0xa0;
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto const length = base::utf8_sequence(text);
    auto const sequence = text.substr(0, length ? length : 1);
    if (length == 0)
      out += replacement;
    else if (steers(sequence))
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(sequence.back()));
    else
      out += sequence;
    text.remove_prefix(sequence.size());
  }
  return out;
}

std::string first_line(std::string_view text, std::size_t limit) {
  while (!text.empty() && (text.front() == '\n' || text.front() == ' ')) text.remove_prefix(1);
  auto const end = text.find_first_of("\r\n");
  auto out = visible(text.substr(0, end));
  if (out.size() <= limit) return out;
  std::string cut(base::clip(out, limit));
  while (cut.ends_with(' ')) cut.pop_back();
  return cut + "…";
}

std::string pretty(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_string = false;
  auto const line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    char const c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size())
        out += json[++i];
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    bool const closes = c == '}' || c == ']';
    if (closes && depth > 0) --depth;
    bool const after_open = !out.empty() && (out.back() == '{' || out.back() == '[');
    // Not where a string ends in a bracket: a comma or a colon stands between.
    if (closes ? !after_open : after_open) line();
    out += c;
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (c == ',') line();
    if (c == ':') out += ' ';
  }
  return out;
}

std::string human_bytes(std::uint64_t bytes) {
  auto const number = static_cast<double>(bytes);
  if (bytes < 1'000) return fmt::format("{} B", bytes);
  if (bytes < 999'950) return fmt::format("{:.1f} kB", number / 1e3);
  return fmt::format("{:.1f} MB", number / 1e6);
}

std::string grouped(std::uint64_t number) {
  auto out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, 1, ',');
  return out;
}

std::string counted(std::uint64_t number, std::string_view what) {
  return grouped(number).append(" ").append(what).append(number == 1           ? ""
                                                         : what.ends_with('s') ? "es"
                                                                               : "s");
}

std::size_t base64_bytes(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return text.size() * 3 / 4;
}

std::string plain_words(std::string text) {
  constexpr std::string_view theirs = "upstream";
  for (std::size_t at = 0; (at = text.find(theirs, at)) != std::string::npos;)
    text.replace(at, theirs.size(), "server");
  return text;
}

}  // namespace rampart::client
