// Server-sent events, to the byte.
#include "transport/sse.hpp"

#include <gtest/gtest.h>

namespace rampart::transport::sse {
namespace {

template <class... Args>
std::string written(void (*append)(std::string&, Args...), std::common_type_t<Args>... args) {
  std::string out;
  append(out, args...);
  return out;
}

TEST(Sse, AMessageIsOneEvent) {
  EXPECT_EQ(written(append_message, "{}", std::nullopt), "event: message\ndata: {}\n\n");
  EXPECT_EQ(written(append_message, R"({"a":"\n"})", EventId{3, 7}),
            "id: 3-7\nevent: message\ndata: {\"a\":\"\\n\"}\n\n");
}

TEST(Sse, ThePrimingEventHasAnIdAndEmptyData) {
  EXPECT_EQ(written(append_priming, EventId{1, 0}, 500), "id: 1-0\nretry: 500\ndata: \n\n");
}

TEST(Sse, RetryAndKeepAliveSayNothingElse) {
  EXPECT_EQ(written(append_retry, 500), "retry: 500\n\n");
  EXPECT_EQ(keep_alive, ":\n\n");
}

TEST(Sse, AnEventIdIsReadBackAsItWasWritten) {
  for (EventId id : {EventId{0, 0}, EventId{1, 2}, EventId{~0ULL, ~0ULL}}) {
    auto const read = parse_event_id(text(id));
    ASSERT_TRUE(read) << text(id);
    EXPECT_EQ(read->stream, id.stream);
    EXPECT_EQ(read->number, id.number);
  }
}

TEST(Sse, OtherTextsAreNoEventId) {
  for (std::string_view bad : {"", "-", "1", "1-", "-1", "1-2-3", "1-2 ", " 1-2", "a-b",
                               "1-18446744073709551616", "+1-2", "1--2", "0x1-2"})
    EXPECT_FALSE(parse_event_id(bad)) << bad;
}

}  // namespace
}  // namespace rampart::transport::sse
