#include "base/log_render.hpp"

#include <algorithm>
#include <array>

#include "base/log_text.hpp"

namespace rampart::base {
namespace {

template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

// The members every line has; a field of the same name would make the object ambiguous.
bool reserved(std::string_view key) {
  constexpr std::array<std::string_view, 7> names{"timestamp",  "level",    "logger", "event",
                                                  "request_id", "trace_id", "span_id"};
  return std::find(names.begin(), names.end(), key) != names.end();
}

bool needs_quotes(std::string_view text) {
  return text.empty() || std::any_of(text.begin(), text.end(), [](unsigned char c) {
           return c <= 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '=';
         });
}

}  // namespace

std::string FieldWriter::cut(std::string_view text) const {
  // A secret that straddles the cut must go before it, or its first half would stay.
  // Four bytes more show clip() whether a character straddles it.
  std::string head(text.substr(0, options_.field_bytes + secrets_.longest() + 4));
  secrets_.redact(head);
  auto const kept = clip(head, options_.field_bytes);
  return std::string(kept) + "...[truncated, " + std::to_string(text.size()) + " bytes]";
}

void FieldWriter::append_text(std::string_view text, bool always_quoted) {
  if (text.size() > options_.field_bytes) {
    append_quoted(out_, cut(text));
  } else if (always_quoted || needs_quotes(text)) {
    append_quoted(out_, text);
  } else {
    out_ += text;
  }
}

void FieldWriter::add(Field const& field) {
  if (out_.size() - start_ > options_.line_bytes) {
    ++left_out_;
  } else if (options_.format == LogFormat::json) {
    add_json(field);
  } else {
    add_console(field);
  }
}

void FieldWriter::finish() {
  if (left_out_ == 0) return;
  auto const count = left_out_;
  left_out_ = 0;
  if (options_.format == LogFormat::json) {
    add_json(Field("fields_left_out", count));
  } else {
    add_console(Field("fields_left_out", count));
  }
}

void FieldWriter::add_json(Field const& field) {
  out_ += ',';
  append_quoted(out_,
                reserved(field.key) ? "field_" + std::string(field.key) : std::string(field.key));
  out_ += ':';
  std::visit(Overload{
                 [&](std::string_view v) { append_text(v, true); },
                 [&](bool v) { out_ += v ? "true" : "false"; },
                 [&](std::int64_t v) { out_ += std::to_string(v); },
                 [&](std::uint64_t v) { out_ += std::to_string(v); },
                 [&](double v) { append_number(out_, v); },
                 [&](RawJson v) {
                   if (v.text.size() > options_.field_bytes || v.text.empty()) {
                     append_text(v.text, true);
                     return;
                   }
                   auto const at = out_.size();
                   out_ += v.text;
                   // Outside strings JSON may hold line ends; inside they are always escaped.
                   std::replace_if(
                       out_.begin() + static_cast<std::ptrdiff_t>(at), out_.end(),
                       [](char c) { return c == '\n' || c == '\r'; }, ' ');
                 },
                 [&](LogLines v) {
                   out_ += '[';
                   std::size_t used = 0;
                   for (auto const& line : v) {
                     if (&line != v.data()) out_ += ',';
                     used += line.size();
                     append_text(used > options_.field_bytes ? std::string_view("...") : line,
                                 true);
                     if (used > options_.field_bytes) break;
                   }
                   out_ += ']';
                 },
             },
             field.value);
}

void FieldWriter::add_console(Field const& field) {
  if (auto const* lines = std::get_if<LogLines>(&field.value)) {
    for (auto const& line : *lines) {
      out_ += "\n    ";
      std::string quoted;
      append_quoted(quoted, clip(line, options_.field_bytes));
      out_.append(quoted, 1, quoted.size() - 2);
    }
    return;
  }
  out_ += ' ';
  out_ += field.key;
  out_ += '=';
  std::visit(Overload{
                 [&](std::string_view v) { append_text(v, false); },
                 [&](bool v) { out_ += v ? "true" : "false"; },
                 [&](std::int64_t v) { out_ += std::to_string(v); },
                 [&](std::uint64_t v) { out_ += std::to_string(v); },
                 [&](double v) { append_number(out_, v); },
                 [&](RawJson v) { append_text(v.text, false); },
                 [&](LogLines) {},
             },
             field.value);
}

}  // namespace rampart::base
