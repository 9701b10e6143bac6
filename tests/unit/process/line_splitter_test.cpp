// Lines from chunks that are cut anywhere.
#include "process/line_splitter.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rampart::process {
namespace {
using Overlong = LineSplitter::Overlong;

std::vector<std::string> all_of(LineSplitter& lines, std::vector<std::string> const& chunks) {
  std::vector<std::string> found;
  auto const note = [&](LineSplitter::Line line) {
    found.push_back(line.too_long ? "<too long>" : line.text);
  };
  for (auto const& chunk : chunks) {
    lines.give(chunk);
    while (auto line = lines.next()) note(std::move(*line));
  }
  if (auto line = lines.rest()) note(std::move(*line));
  return found;
}

using Found = std::vector<std::string>;

TEST(LineSplitter, FindsTheSameLinesWhereverTheChunksAreCut) {
  std::string const text = "one\ntwo\r\n\n\r\nth\rree\nrest";
  for (std::size_t a = 0; a <= text.size(); ++a)
    for (std::size_t b = a; b <= text.size(); ++b) {
      LineSplitter lines(100, Overlong::skip);
      EXPECT_EQ(all_of(lines, {text.substr(0, a), text.substr(a, b - a), text.substr(b)}),
                (Found{"one", "two", "th\rree", "rest"}))
          << a << ' ' << b;
    }
}

TEST(LineSplitter, SkipsALineOverTheBoundAndReportsItOnce) {
  for (auto const& chunks : std::vector<Found>{{"123456\nok\n"}, {"123", "456", "7\no", "k\n"}}) {
    LineSplitter lines(5, Overlong::skip);
    EXPECT_EQ(all_of(lines, chunks), (Found{"<too long>", "ok"}));
  }
}

TEST(LineSplitter, TakesALineOfExactlyTheBound) {
  LineSplitter lines(5, Overlong::skip);
  EXPECT_EQ(all_of(lines, {"12345\n12", "345\n"}), (Found{"12345", "12345"}));
}

TEST(LineSplitter, SkipsAnEndlessLineToTheEndOfTheStream) {
  LineSplitter lines(5, Overlong::skip);
  EXPECT_EQ(all_of(lines, {"12345", "67890", "123"}), (Found{"<too long>"}));
}

TEST(LineSplitter, CutsALineWhereThatIsAskedFor) {
  for (auto const& chunks : std::vector<Found>{{"123456\nok\n"}, {"1234", "56", "7\no", "k\n"}}) {
    LineSplitter lines(5, Overlong::cut);
    EXPECT_EQ(all_of(lines, chunks), (Found{"12345", "ok"}));
  }
}

}  // namespace
}  // namespace rampart::process
