// Messages to and from real processes.
#include "upstream/stdio_link.hpp"

#include "unit/process/harness.hpp"

namespace rampart::upstream {
namespace {
using process::test::shell;
using process::test::Stranger;
using Texts = std::vector<std::string>;

struct Heard : LinkEvents {
  void on_message(Arrival arrival) override {
    EXPECT_EQ(arrival.request, 0);
    messages.push_back(std::move(arrival.json));
    if (at_event) at_event();
  }
  void on_broken(std::int64_t request, Broken why) override {
    EXPECT_TRUE(closed.empty()) << "it comes before the end";
    EXPECT_FALSE(why.sent);
    broken.emplace_back(request, std::move(why.error));
    if (at_event) at_event();
  }
  void on_closed(Error why) override {
    EXPECT_EQ(why.code, Errc::unavailable);
    closed.push_back(std::move(why.message));
    if (at_event) at_event();
  }
  Texts messages, closed;
  std::vector<std::pair<std::int64_t, Error>> broken;
  std::function<void()> at_event;
};

struct StdioLinks : testing::Test {
  std::unique_ptr<StdioLink> start(std::string script) {
    auto started =
        StdioLink::start(loop, spawner, shell(std::move(script)), limits,
                         [this](std::string line) { errors.push_back(std::move(line)); });
    EXPECT_TRUE(started);
    return started ? std::move(*started) : nullptr;
  }
  std::unique_ptr<StdioLink> listening(std::string script) {
    auto link = start(std::move(script));
    link->listen(heard);
    return link;
  }
  bool until(std::function<bool()> const& done) { return process::test::turn_until(loop, done); }
  bool until_closed() {
    return until([this] { return !heard.closed.empty(); });
  }
  static Outgoing request(std::int64_t id, std::string json) {
    Outgoing message;
    message.json = std::move(json);
    message.request = id;
    return message;
  }

  async::Loop loop;
  process::Spawner spawner;
  process::ChildLimits limits;
  Texts errors;
  Heard heard;
};

TEST_F(StdioLinks, CarryAMessageALineBothWays) {
  auto const link = listening("exec cat");
  link->send(request(1, R"({"id":1})"));
  link->send(request(0, R"({"method":"x"})"));
  ASSERT_TRUE(until([this] { return heard.messages.size() == 2; }));
  EXPECT_EQ(heard.messages, (Texts{R"({"id":1})", R"({"method":"x"})"}));
  EXPECT_FALSE(link->attributes_questions());
}

TEST_F(StdioLinks, PassNoiseOnAsItIsAndErrorLinesToTheirReader) {
  auto const link = listening("echo 'Server running!'; echo trouble >&2; exec cat");
  ASSERT_TRUE(until([this] { return !heard.messages.empty() && !errors.empty(); }));
  EXPECT_EQ(heard.messages, Texts{"Server running!"});
  EXPECT_EQ(errors, Texts{"trouble"});
}

TEST_F(StdioLinks, TellOfAnOversizedLine) {
  limits.max_line_bytes = 10;
  auto const link = listening("echo 12345678901; echo short; exec cat");
  ASSERT_TRUE(until([this] { return !heard.messages.empty() && !errors.empty(); }));
  EXPECT_EQ(heard.messages, Texts{"short"});
  EXPECT_EQ(errors, Texts{"a line of more than 10 bytes on stdout was skipped"});
}

TEST_F(StdioLinks, LoseNothingThatArrivedBeforeSomebodyListened) {
  auto const link = start("echo early; exit 3");
  ASSERT_TRUE(Stranger(link->pid()).ends_within(process::test::hang_limit));
  loop.poll();
  link->listen(heard);
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(heard.messages, Texts{"early"});
  EXPECT_EQ(heard.closed, Texts{"the server ended: exit status 3"});
}

TEST_F(StdioLinks, CloseOnceHoweverTheyEnd) {
  auto const link = listening("exec cat");
  link->kill();
  link->close();
  ASSERT_TRUE(until_closed());
  loop.poll();
  EXPECT_EQ(heard.closed, Texts{"the server ended: signal 9 (Killed)"});
  EXPECT_FALSE(link->resident_bytes());
}

TEST_F(StdioLinks, ClosePolitely) {
  auto const link = listening("cat; echo 'all read'");
  EXPECT_TRUE(link->resident_bytes());
  link->send(request(1, "last"));
  link->close();
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(heard.messages, (Texts{"last", "all read"}));
  EXPECT_EQ(heard.closed, Texts{"the server ended: exit status 0"});
}

TEST_F(StdioLinks, SayWhichRequestsADeadServerCannotHaveSeen) {
  auto const link = listening("read first; echo $first; exec sleep 1000");
  link->send(request(1, "1"));
  link->send(request(2, std::string(1000, 'x')));
  link->send(request(0, "a notification"));
  link->send(request(3, std::string(100'000, 'x')));
  link->send(request(4, std::string(100'000, 'x')));
  ASSERT_TRUE(until([this] { return heard.messages.size() == 1; }));
  link->kill();
  ASSERT_TRUE(until_closed());
  ASSERT_EQ(heard.broken.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(heard.broken[i].first, static_cast<std::int64_t>(i + 2));
    EXPECT_EQ(heard.broken[i].second.message, "the server ended: signal 9 (Killed)");
  }
}

TEST_F(StdioLinks, SayNothingOfRequestsThatWereRead) {
  auto const link = listening("exec cat");
  std::string const text(1000, 'x');
  for (int i = 1; i <= 500; ++i) link->send(request(i, text));
  ASSERT_TRUE(until([this] { return heard.messages.size() == 500; }));
  link->kill();
  ASSERT_TRUE(until_closed());
  EXPECT_TRUE(heard.broken.empty());
}

TEST_F(StdioLinks, BreakWhatTheQueueHasNoRoomForInALaterTurn) {
  limits.max_write_queue_bytes = 1000;
  auto const link = listening("exec sleep 1000");
  link->send(request(7, std::string(2000, 'x')));
  EXPECT_TRUE(heard.broken.empty());
  loop.poll();
  ASSERT_EQ(heard.broken.size(), 1u);
  EXPECT_EQ(heard.broken[0].first, 7);
  EXPECT_EQ(heard.broken[0].second.code, Errc::overloaded);
  EXPECT_TRUE(heard.closed.empty());
}

TEST_F(StdioLinks, MayBeDestroyedByAnyEvent) {
  for (std::string const which : {"message", "broken", "broken at the end", "closed"}) {
    Heard heard;
    limits.max_write_queue_bytes = which == "broken" ? 1000 : 1 << 20;
    auto started =
        StdioLink::start(loop, spawner, shell("read a; echo one; echo two; read b"), limits, {});
    ASSERT_TRUE(started);
    auto link = std::move(*started);
    link->listen(heard);
    bool destroyed = false;
    heard.at_event = [&] {
      bool const now = which == "message"  ? !heard.messages.empty()
                       : which == "closed" ? !heard.closed.empty()
                                           : !heard.broken.empty();
      if (!now) {
        if (heard.messages.size() == 2 && link) link->kill();
        return;
      }
      link.reset();
      destroyed = true;
    };
    link->send(request(1, "1"));
    if (which != "closed") link->send(request(2, std::string(200'000, 'x')));
    ASSERT_TRUE(until([&] { return destroyed; })) << which;
    auto const events = heard.messages.size() + heard.broken.size() + heard.closed.size();
    loop.poll();
    EXPECT_EQ(heard.messages.size() + heard.broken.size() + heard.closed.size(), events) << which;
  }
}

TEST_F(StdioLinks, SayWhyTheyCannotStart) {
  process::Command command;
  command.argv = {"no-such-command"};
  auto const link = StdioLink::start(loop, spawner, command, limits, {});
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().message, "cannot run no-such-command: there is no such command");
}

}  // namespace
}  // namespace rampart::upstream
