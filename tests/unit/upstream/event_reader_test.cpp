// Event streams as browsers read them: every line end, every split, and what is ignored.
#include "upstream/event_reader.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rampart::upstream {
namespace {
using namespace std::string_view_literals;

struct Read {
  std::vector<std::string> events;  // "type|data"
  std::string last_id;
  std::optional<std::chrono::milliseconds> retry;
  bool failed = false;
};

Read read(std::string_view text, std::size_t piece, std::size_t limit = 1000) {
  EventReader reader(limit);
  Read result;
  for (std::size_t at = 0; at < text.size() && !result.failed; at += piece) {
    result.failed = !reader.feed(text.substr(at, piece));
    while (auto const event = reader.next())
      result.events.push_back(event->type + "|" + event->data);
  }
  result.last_id = reader.last_id();
  result.retry = reader.retry();
  return result;
}

TEST(EventReaderTest, ReadsTheSameEventsHoweverTheBytesAreSplit) {
  constexpr std::string_view text =
      "\xef\xbb\xbf: a comment\r\n"
      "event: greeting\r\ndata: one\r\ndata:two\r\ndata:  three\r\nid: 7\r\n\r\n"
      "data: {\"a\":1}\n\n"
      "retry: 1500\rid: 8\rdata\r\r"
      ":\n\ndata: last\nunknown: x\nid: 9\n\ndata: has no end\nid: 10"sv;
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    Read const result = read(text, piece);
    EXPECT_FALSE(result.failed);
    EXPECT_EQ(result.events,
              (std::vector<std::string>{"greeting|one\ntwo\n three", "|{\"a\":1}", "|", "|last"}))
        << piece;
    EXPECT_EQ(result.last_id, "9") << piece;
    EXPECT_EQ(result.retry, std::chrono::milliseconds(1500)) << piece;
  }
}

TEST(EventReaderTest, AnEventWithoutADataLineIsNoneButItsIdCounts) {
  Read const result = read("event: x\nid: 3\n\ndata: y\n\n", 100);
  EXPECT_EQ(result.events, std::vector<std::string>{"|y"});
  EXPECT_EQ(result.last_id, "3");
}

TEST(EventReaderTest, APrimingEventBringsAnIdAndEmptyData) {
  Read const result = read("id: prime\ndata: \n\n", 100);
  EXPECT_EQ(result.events, std::vector<std::string>{"|"});
  EXPECT_EQ(result.last_id, "prime");
}

TEST(EventReaderTest, IgnoresIdsWithNulAndRetriesThatAreNoNumber) {
  Read const result =
      read("id: good\nid: ba\0d\nretry: 10s\nretry: -1\nretry:\ndata: x\n\n"sv, 100);
  EXPECT_EQ(result.last_id, "good");
  EXPECT_FALSE(result.retry);
  EXPECT_FALSE(read("retry: 99999999999\n", 100).retry);
}

TEST(EventReaderTest, AnEmptyIdTakesTheIdBack) {
  EXPECT_EQ(read("id: 1\ndata: x\n\nid\ndata: y\n\n", 100).last_id, "");
}

TEST(EventReaderTest, OnlyOneSpaceAndOnlyTheFirstByteOrderMarkAreLeftOut) {
  Read const result = read(
      "data:  x\n\n\xef\xbb\xbf"
      "data: y\n\ndata: z\n\n",
      1);
  EXPECT_EQ(result.events, (std::vector<std::string>{"| x", "|z"}));
}

TEST(EventReaderTest, AnEventBeyondItsBoundFails) {
  for (std::size_t const piece : {std::size_t{1}, std::size_t{7}, std::size_t{10'000}}) {
    EXPECT_TRUE(read("data: " + std::string(2000, 'x') + "\n\n", piece).failed);
    EXPECT_TRUE(read(": " + std::string(2000, 'x'), piece).failed);
    std::string lines;
    for (int i = 0; i < 200; ++i) lines += "data: 0123456789\n";
    EXPECT_TRUE(read(lines, piece).failed);
    std::string events;
    for (int i = 0; i < 200; ++i) events += "data: 0123456789\n\n";
    EXPECT_FALSE(read(events, piece).failed);
  }
}

}  // namespace
}  // namespace rampart::upstream
