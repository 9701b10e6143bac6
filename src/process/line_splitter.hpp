// Bytes of a pipe to lines, with a bound.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rampart::process {

class LineSplitter {
 public:
  /// What becomes of a line over the bound: it is left out and reported, or its first bytes are
  /// kept.
  enum class Overlong { skip, cut };
  struct Line {
    std::string text;  ///< without \n or \r\n; never empty unless too_long
    bool too_long = false;
  };

  LineSplitter(std::size_t max_line_bytes, Overlong overlong)
      : max_line_bytes_(max_line_bytes), overlong_(overlong) {}

  /// The next bytes, which stay where they are until next() has returned nothing.
  void give(std::string_view chunk) { chunk_ = chunk; }
  std::optional<Line> next();
  /// What stands after the last line end. At the end of the stream.
  std::optional<Line> rest();

 private:
  bool take(std::string_view part);
  std::optional<Line> complete();

  std::size_t const max_line_bytes_;
  Overlong const overlong_;
  std::string_view chunk_;
  std::string pending_;    // the beginning of a line
  bool skipping_ = false;  // to the end of a line that is over the bound
};

}  // namespace rampart::process
