// Replies find the command they answer, in whatever pieces they come.
#include "redis/pipeline.hpp"

#include <gtest/gtest.h>

namespace rampart::redis {
namespace {

using namespace std::chrono_literals;
base::Steady::time_point const at{};

struct PipelineTest : ::testing::Test {
  void ask(std::string_view words, base::Steady::duration limit = 50ms) {
    pipeline.push(words, at + limit, [](Result<Reply> const&) {});
  }
  Result<void> receive(std::string_view bytes) {
    std::vector<Pipeline::Answered> answered;
    auto const result = pipeline.received(bytes, answered);
    for (auto& each : answered) replies.push_back(std::move(each.reply));
    return result;
  }
  Pipeline pipeline{PipelineLimits{6, 20}};
  std::vector<Reply> replies;
};

TEST(Command, IsAnArrayOfBulkStringsWhateverItsWordsHold) {
  EXPECT_EQ(command({"SET", "k", std::string_view("a\r\n\0b", 5)}),
            std::string("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\n\0b\r\n", 31));
  EXPECT_EQ(command({"GET", ""}), "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
}

TEST_F(PipelineTest, EveryKindOfReplyIsRead) {
  for (int i = 0; i < 6; ++i) ask("x");
  ASSERT_TRUE(
      receive("+OK\r\n-WRONGPASS no\r\n:-2\r\n$-1\r\n$4\r\na\r\nb\r\n*2\r\n:1\r\n$1\r\nx\r\n"));
  ASSERT_EQ(replies.size(), 6u);
  EXPECT_EQ(replies[0].kind, Reply::Kind::text);
  EXPECT_EQ(replies[0].text, "OK");
  EXPECT_EQ(replies[1].kind, Reply::Kind::error);
  EXPECT_EQ(replies[1].text, "WRONGPASS no");
  EXPECT_EQ(replies[2].kind, Reply::Kind::integer);
  EXPECT_EQ(replies[2].integer, -2);
  EXPECT_EQ(replies[3].kind, Reply::Kind::nil);
  EXPECT_EQ(replies[4].text, "a\r\nb");
  EXPECT_EQ(replies[5].kind, Reply::Kind::array);
}

TEST_F(PipelineTest, RepliesAnswerInTheOrderOfTheCommandsByteByByte) {
  std::vector<std::string> said;
  for (std::string const name : {"first", "second"})
    pipeline.push("x", at, [&said, name](Result<Reply> const& reply) {
      said.push_back(name + " " + reply->text);
    });
  std::vector<Pipeline::Answered> answered;
  for (char const c : std::string_view("$3\r\none\r\n$0\r\n\r\n"))
    ASSERT_TRUE(pipeline.received({&c, 1}, answered));
  for (auto& each : answered) each.done(std::move(each.reply));
  EXPECT_EQ(said, (std::vector<std::string>{"first one", "second "}));
  EXPECT_EQ(pipeline.waiting(), 0u);
}

TEST_F(PipelineTest, AReplyThatNobodyAskedForIsAnError) {
  ask("x");
  EXPECT_FALSE(receive("+OK\r\n+OK\r\n"));
  EXPECT_EQ(replies.size(), 1u) << "the first was asked for";
}

TEST_F(PipelineTest, BytesThatAreNoRepliesAreAnError) {
  ask("x");
  auto const result = receive("%2\r\n+a\r\n");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::unavailable);
}

TEST_F(PipelineTest, HasRoomForSoManyCommandsAndBytesAndNotOneMore) {
  EXPECT_TRUE(pipeline.has_room(6, 20));
  EXPECT_FALSE(pipeline.has_room(7, 1));
  EXPECT_FALSE(pipeline.has_room(1, 21));
  ask("12345678901");
  EXPECT_TRUE(pipeline.has_room(5, 9));
  EXPECT_FALSE(pipeline.has_room(6, 0));
  EXPECT_FALSE(pipeline.has_room(1, 10));
  pipeline.sent(2);
  EXPECT_TRUE(pipeline.has_room(1, 11));
  EXPECT_EQ(pipeline.unsent(), "345678901");
  pipeline.sent(9);
  EXPECT_EQ(pipeline.unsent(), "");
}

TEST_F(PipelineTest, TheDeadlineIsThatOfTheCommandThatWaitedLongest) {
  EXPECT_FALSE(pipeline.next_deadline());
  ask("x", 10ms);
  ask("y", 20ms);
  EXPECT_EQ(pipeline.next_deadline(), at + 10ms);
  ASSERT_TRUE(receive(":1\r\n"));
  EXPECT_EQ(pipeline.next_deadline(), at + 20ms);
}

TEST_F(PipelineTest, GivingUpNamesEverybodyWhoStillWaits) {
  for (int i = 0; i < 3; ++i) ask("x");
  ASSERT_TRUE(receive(":1\r\n"));
  EXPECT_EQ(pipeline.give_up().size(), 2u);
  EXPECT_EQ(pipeline.waiting(), 0u);
}

}  // namespace
}  // namespace rampart::redis
