// What an examination found, and how it is told: to a person in aligned lines, to a program in
// JSON.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "client/console.hpp"
#include "client/status.hpp"

namespace rampart::client {

enum class Grade {
  ok,
  advice,   ///< works, could be better
  problem,  ///< clients or users will be hurt
  untested  ///< it could not be looked at, or not without harm
};
std::string_view name(Grade grade);

struct Finding {
  std::string check;  ///< what was looked at: a stable word, docs/cli.md lists them
  Grade grade = Grade::ok;
  std::string text;                       ///< what was seen, one line
  std::string advice = {};                ///< what to do about it, one line; empty when nothing
  std::vector<std::string> details = {};  ///< further lines
  std::string data = {};                  ///< members of a JSON object, without braces
};

/// Of a server's own words in a finding (bytes).
inline constexpr std::size_t longest_quote = 120;

class Findings {
 public:
  void add(Finding finding) { all_.push_back(std::move(finding)); }
  void add(std::string_view check, Grade grade, std::string text, std::string_view advice = {}) {
    all_.push_back({std::string(check), grade, std::move(text), std::string(advice)});
  }
  std::vector<Finding> const& all() const { return all_; }
  std::size_t count(Grade grade) const;
  Status status() const { return count(Grade::problem) ? Status::tool_failed : Status::ok; }

  std::string report(std::string_view server, Style const& style) const;
  /// One object: server, verdict (the worst grade), findings.
  std::string json(std::string_view server) const;

 private:
  std::vector<Finding> all_;
};

}  // namespace rampart::client
