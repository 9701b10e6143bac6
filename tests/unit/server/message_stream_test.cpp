#include "server/message_stream.hpp"

#include <gtest/gtest.h>

namespace rampart::server {
namespace {

std::string taken(MessageStream& stream, std::uint64_t after = 0) {
  std::string out;
  for (auto const& event : stream.take(after))
    out += std::to_string(event.number) + ":" + event.json + " ";
  return out;
}

MessageStream::Options kept(std::size_t messages = 1024, std::size_t bytes = 4096) {
  return {true, true, messages, bytes};
}

TEST(MessageStream, MessagesComeOutOnceInTheirOrder) {
  MessageStream stream({});
  stream.message("a");
  stream.message("b");
  EXPECT_EQ(taken(stream), "1:a 2:b ");
  EXPECT_EQ(taken(stream), "");
  stream.message("c");
  EXPECT_EQ(taken(stream), "3:c ");
}

TEST(MessageStream, TheReplyIsTakenApartAndNothingComesAfterIt) {
  MessageStream stream({});
  stream.reply(Reply{"first"});
  stream.reply(Reply{"second"});
  stream.message("late");
  EXPECT_TRUE(stream.finished());
  EXPECT_EQ(taken(stream), "");
  EXPECT_EQ(stream.take_reply().json, "first");
}

TEST(MessageStream, ALoneReplyIsOneBeforeWhichNothingWasSaid) {
  MessageStream stream({});
  EXPECT_FALSE(stream.take_lone_reply(false)) << "there is none yet";
  stream.reply(Reply{"{}"});
  EXPECT_FALSE(stream.take_lone_reply(true)) << "it is a success";
  EXPECT_EQ(stream.take_lone_reply(false)->json, "{}");

  MessageStream talkative({});
  talkative.message("progress");
  talkative.reply(Reply{"{}"});
  EXPECT_FALSE(talkative.take_lone_reply(false));

  MessageStream failed({});
  failed.reply(Reply{"{}", 404});
  EXPECT_EQ(failed.take_lone_reply(true)->http_status, 404);
}

TEST(MessageStream, AWaitingChangeIsNotQueuedAgainButALaterOneIs) {
  MessageStream stream({});
  for (std::string method : {"tools/list_changed", "prompts/list_changed", "resources/updated"}) {
    auto const json = R"({"jsonrpc":"2.0","method":"notifications/)" + method + "\"}";
    stream.message(json);
    stream.message(json);
    EXPECT_EQ(stream.take(0).size(), 1u) << method;
    stream.message(json);
    EXPECT_EQ(stream.take(0).size(), 1u) << method;
  }
  EXPECT_FALSE(stream.overflowed());
}

TEST(MessageStream, EqualLogMessagesAreAllKept) {
  MessageStream stream({});
  for (int i = 0; i < 3; ++i)
    stream.message(
        R"({"jsonrpc":"2.0","method":"notifications/message","params":{"data":"tick"}})");
  EXPECT_EQ(stream.take(0).size(), 3u);
}

TEST(MessageStream, TheNumberOfWaitingMessagesIsBoundedAtTheValue) {
  MessageStream stream({true, false, 2, 4096});
  stream.message("a");
  stream.message("b");
  EXPECT_FALSE(stream.overflowed());
  stream.message("c");
  EXPECT_TRUE(stream.overflowed());
  EXPECT_EQ(taken(stream), "1:a 2:b ") << "what was there first is kept";
}

TEST(MessageStream, TheirBytesAreBoundedAtTheValue) {
  MessageStream stream({true, false, 100, 4});
  stream.message("abcd");
  EXPECT_FALSE(stream.overflowed());
  stream.message("e");
  EXPECT_TRUE(stream.overflowed());
  EXPECT_EQ(taken(stream), "1:abcd ");
  stream.message("f");
  EXPECT_EQ(taken(stream), "2:f ") << "taking makes room";
}

TEST(MessageStream, TheReplyPassesAFullStream) {
  MessageStream stream({true, false, 1, 4096});
  stream.message("a");
  stream.message("b");
  stream.reply(Reply{"done"});
  EXPECT_EQ(stream.take_reply().json, "done");
}

TEST(MessageStream, AKeptStreamReplaysFromAnyEvent) {
  MessageStream stream(kept());
  for (std::string text : {"a", "b", "c"}) stream.message(text);
  stream.reply(Reply{"r"});
  EXPECT_EQ(taken(stream), "1:a 2:b 3:c 4:r ") << "the reply is its last event";
  EXPECT_EQ(taken(stream, 2), "3:c 4:r ");
  EXPECT_EQ(taken(stream, 4), "");
  EXPECT_EQ(taken(stream, 99), "");
  EXPECT_EQ(stream.take_reply().json, "") << "given as an event already";
}

TEST(MessageStream, AKeptReplyThatNobodyTookAsAnEventIsTakenWhole) {
  MessageStream stream(kept());
  stream.reply(Reply{"r"});
  EXPECT_TRUE(stream.has_messages(0));
  EXPECT_EQ(stream.last(), 1u);
  EXPECT_EQ(stream.take_lone_reply(false)->json, "r");
}

TEST(MessageStream, AKeptStreamForgetsItsOldestEventsFirst) {
  MessageStream by_number(kept(2));
  MessageStream by_bytes(kept(100, 2));
  for (MessageStream* stream : {&by_number, &by_bytes}) {
    for (std::string text : {"a", "b", "c"}) stream->message(text);
    EXPECT_EQ(taken(*stream), "2:b 3:c ");
    EXPECT_EQ(stream->last(), 3u);
  }
}

TEST(MessageStream, AKeptStreamDoesNotMergeTwins) {
  MessageStream stream(kept());
  stream.message("a");
  stream.message("a");
  EXPECT_EQ(stream.last(), 2u);
}

TEST(MessageStream, AMessageAboveTheWholeBoundIsLostAndSaysSo) {
  MessageStream stream(kept(10, 3));
  stream.message("ab");
  stream.message("toolong");
  EXPECT_TRUE(stream.overflowed());
}

TEST(MessageStream, TheConsumerIsToldOfMessagesRepliesAndRelease) {
  MessageStream stream({});
  int told = 0;
  stream.on_ready([&] { ++told; });
  stream.message("a");
  EXPECT_EQ(told, 1);
  stream.release();
  EXPECT_EQ(told, 2);
  EXPECT_TRUE(stream.take_released());
  EXPECT_FALSE(stream.take_released());
  stream.reply(Reply{});
  EXPECT_EQ(told, 3);
  stream.on_ready({});
  stream.message("late");
  EXPECT_EQ(told, 3);
}

TEST(MessageStream, TheConsumerMayTakeInsideTheCall) {
  MessageStream stream({});
  std::string seen;
  stream.on_ready([&] { seen += taken(stream); });
  stream.message("a");
  EXPECT_EQ(seen, "1:a ");
}

TEST(MessageStream, WhatWasDeliveredOnlyRises) {
  MessageStream stream(kept());
  stream.set_delivered(5);
  stream.set_delivered(3);
  EXPECT_EQ(stream.delivered(), 5u);
  EXPECT_FALSE(stream.has_messages(0));
  stream.message("a");
  EXPECT_TRUE(stream.has_messages(0));
  EXPECT_FALSE(stream.has_messages(1));
}

}  // namespace
}  // namespace rampart::server
