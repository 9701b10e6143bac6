#include "client/doctor/findings.hpp"

#include <algorithm>

#include "client/text.hpp"
#include "json/write.hpp"

namespace rampart::client {
namespace {

constexpr std::size_t grade_width = 10;

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  return out.append(width > text.size() ? width - text.size() : 1, ' ');
}

std::string painted(Grade grade, Style const& style) {
  auto const text = padded(name(grade), grade_width);
  if (grade == Grade::ok) return style.green(text);
  if (grade == Grade::advice) return style.yellow(text);
  return grade == Grade::problem ? style.red(text) : style.dim(text);
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{') out += ',';
  json::append_string(out, name);
  json::append_string(out += ':', text);
}

void append_details(std::string& out, std::vector<std::string> const& lines) {
  out += R"(,"details":[)";
  for (auto const& line : lines) {
    if (out.back() == '"') out += ',';
    json::append_string(out, line);
  }
  out += ']';
}

}  // namespace

std::string_view name(Grade grade) {
  switch (grade) {
    case Grade::advice:
      return "advice";
    case Grade::problem:
      return "problem";
    case Grade::untested:
      return "untested";
    case Grade::ok:
      break;
  }
  return "ok";
}

std::size_t Findings::count(Grade grade) const {
  return static_cast<std::size_t>(std::ranges::count(all_, grade, &Finding::grade));
}

std::string Findings::report(std::string_view server, Style const& style) const {
  std::size_t width = 0;
  for (auto const& finding : all_) width = std::max(width, finding.check.size() + 2);
  auto const margin = std::string(2 + grade_width + width, ' ');
  auto out = style.bold(visible(server)) + "\n\n";
  for (auto const& finding : all_) {
    out += "  " + painted(finding.grade, style) + padded(finding.check, width);
    out += visible(finding.text) + "\n";
    for (auto const& line : finding.details) out += margin + style.dim(visible(line)) + "\n";
    if (!finding.advice.empty()) out += margin + "-> " + visible(finding.advice) + "\n";
  }
  out += "\n" + std::to_string(count(Grade::ok)) + " ok, " + std::to_string(count(Grade::advice)) +
         " advice, " + counted(count(Grade::problem), "problem");
  if (auto const untested = count(Grade::untested)) out += ", " + grouped(untested) + " not tested";
  out += "\n";
  return out;
}

std::string Findings::json(std::string_view server) const {
  auto const worst = count(Grade::problem)  ? Grade::problem
                     : count(Grade::advice) ? Grade::advice
                                            : Grade::ok;
  std::string out = "{";
  append_member(out, "server", server);
  append_member(out, "verdict", name(worst));
  out += R"(,"findings":[)";
  for (auto const& finding : all_) {
    if (out.back() == '}') out += ',';
    out += '{';
    append_member(out, "check", finding.check);
    append_member(out, "verdict", name(finding.grade));
    append_member(out, "text", finding.text);
    if (!finding.advice.empty()) append_member(out, "advice", finding.advice);
    if (!finding.details.empty()) append_details(out, finding.details);
    if (!finding.data.empty()) out += R"(,"data":{)" + finding.data + "}";
    out += '}';
  }
  return out + "]}\n";
}

}  // namespace rampart::client
