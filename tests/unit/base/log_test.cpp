#include "base/log.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <thread>

#include "base/log_text.hpp"
#include "log_capture.hpp"

namespace rampart::base {
namespace {
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class FixedClock final : public Clock {
 public:
  Steady::time_point now() const override { return {}; }
  Wall::time_point wall() const override {
    using namespace std::chrono;
    return sys_days{year{2026} / 7 / 28} + hours{9} + minutes{5} + seconds{7} + milliseconds{42};
  }
};

struct LogTest : ::testing::Test {
  testing::Pipe pipe;
  LogSink sink{pipe.writer()};
  Secrets secrets;
  FixedClock clock;
  LogOptions options;
  Logger make() { return Logger(sink, secrets, options, clock); }
};

TEST_F(LogTest, WritesOneJsonObjectALine) {
  make().info("listening", {{"port", 9090}, {"bind", "127.0.0.1"}});
  EXPECT_EQ(pipe.read_now(),
            R"({"timestamp":"2026-07-28T09:05:07.042Z","level":"info","logger":"rampart",)"
            R"("event":"listening","port":9090,"bind":"127.0.0.1"})"
            "\n");
}

TEST_F(LogTest, WritesEachKindOfValueAsPeopleWriteIt) {
  std::string const owned = "text";
  std::uint64_t const big = ~std::uint64_t{0};
  make().info("kinds", {{"a", -1},
                        {"b", big},
                        {"c", 20.5},
                        {"d", true},
                        {"e", owned},
                        {"f", RawJson{"{\"x\":\n[1]}"}},
                        {"g", 100000.0},
                        {"h", NAN}});
  EXPECT_THAT(pipe.read_now(),
              HasSubstr(R"("a":-1,"b":18446744073709551615,"c":20.5,"d":true,"e":"text",)"
                        R"("f":{"x": [1]},"g":100000,"h":null})"));
}

TEST_F(LogTest, LeavesOutLinesBelowItsLevel) {
  options.level = Level::warning;
  auto const log = make();
  log.info("quiet");
  log.warning("loud");
  log.set_level(Level::debug);
  log.debug("now_heard");
  auto const lines = testing::lines_of(pipe.read_now());
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], AllOf(HasSubstr(R"("level":"warning")"), HasSubstr(R"("event":"loud")")));
  EXPECT_THAT(lines[1], HasSubstr("now_heard"));
}

TEST_F(LogTest, AChildCarriesItsNameAndTheRequestsIds) {
  auto const log = make().child("rampart.http").bound("req-1", "trace-1", "span-1");
  log.error("failed", {{"n", 1}});
  EXPECT_THAT(pipe.read_now(),
              HasSubstr(R"("logger":"rampart.http","event":"failed","request_id":"req-1",)"
                        R"("trace_id":"trace-1","span_id":"span-1","n":1})"));
}

TEST_F(LogTest, EscapesControlCharactersSoThatALineStaysOneLine) {
  make().info("e", {{"v", std::string("a\nb\"c\\\x01\x7f\r\t\0z", 12)}});
  auto const text = pipe.read_now();
  EXPECT_THAT(text, HasSubstr(R"("v":"a\nb\"c\\\u0001\u007f\r\t\u0000z")"));
  EXPECT_EQ(testing::lines_of(text).size(), 1u);
}

TEST_F(LogTest, ReplacesInvalidUtf8) {
  make().info("e", {{"v", "ok \xc3\xa9 bad \xff\xc0\xaf \xed\xa0\x80"}});
  EXPECT_THAT(pipe.read_now(), HasSubstr("\"ok \xc3\xa9 bad \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
                                         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""));
}

TEST(LogText, EscapesAByteWhereverItStands) {
  for (int c = 0; c < 256; ++c) {
    std::string alone;
    append_quoted(alone, std::string(1, static_cast<char>(c)));
    for (std::size_t at = 0; at < 17; ++at) {
      std::string text(17, 'a');
      text[at] = static_cast<char>(c);
      std::string out;
      append_quoted(out, text);
      EXPECT_EQ(out, '"' + std::string(at, 'a') + alone.substr(1, alone.size() - 2) +
                         std::string(16 - at, 'a') + '"');
    }
  }
}

TEST_F(LogTest, CutsAFieldAtItsLimitAndSaysSo) {
  options.field_bytes = 10;
  std::string const exact(10, 'x');
  make().info("e", {{"fits", exact}, {"long", exact + "y"}});
  EXPECT_THAT(pipe.read_now(),
              HasSubstr("\"fits\":\"xxxxxxxxxx\",\"long\":\"xxxxxxxxxx...[truncated, 11 bytes]\""));
}

TEST_F(LogTest, NeverCutsInsideACharacter) {
  options.field_bytes = 4;
  make().info("e", {{"v", "abc\xc3\xa9tail"}});
  EXPECT_THAT(pipe.read_now(), HasSubstr("\"v\":\"abc...[truncated, 9 bytes]\""));
}

TEST_F(LogTest, LeavesOutFieldsPastTheLineLimitAndCountsThem) {
  options.line_bytes = 150;
  std::string const wide(100, 'x');
  make().info("e", {{"a", wide}, {"b", wide}, {"c", wide}, {"d", 1}});
  auto const text = pipe.read_now();
  EXPECT_THAT(text, EndsWith("\"fields_left_out\":2}\n"));
}

TEST_F(LogTest, AFieldCannotTakeTheNameOfAFixedMember) {
  make().info("e", {{"level", "oops"}});
  EXPECT_THAT(pipe.read_now(),
              AllOf(HasSubstr("\"level\":\"info\""), HasSubstr("\"field_level\":\"oops\"")));
}

TEST_F(LogTest, RedactsSecretsEverywhereInALine) {
  EXPECT_TRUE(secrets.add("s3cret-token"));
  EXPECT_TRUE(secrets.add("with\"quote"));
  EXPECT_FALSE(secrets.add("abc"));
  make().info("token s3cret-token", {{"h", "Bearer s3cret-token"}, {"q", "with\"quote"}});
  auto const text = pipe.read_now();
  EXPECT_THAT(text, Not(HasSubstr("s3cret-token")));
  EXPECT_THAT(text,
              AllOf(HasSubstr("\"event\":\"token [redacted]\""),
                    HasSubstr("\"h\":\"Bearer [redacted]\""), HasSubstr("\"q\":\"[redacted]\"")));
}

TEST_F(LogTest, ASecretThatIsANumberOrAWordOfOursSpoilsNoLine) {
  for (auto const* secret : {"1234", "info", "rampart", "true"}) secrets.add(secret);
  make().info("e", {{"n", 1234}, {"true", "is true \\\"1234\\\""}, {"flag", true}});
  auto const text = pipe.read_now();
  EXPECT_THAT(text,
              HasSubstr("\"level\":\"info\",\"logger\":\"rampart\",\"event\":\"e\",\"n\":1234,"));
  EXPECT_THAT(text, EndsWith(R"("true":"is [redacted] \\\"[redacted]\\\"","flag":true})"
                             "\n"));
}

TEST_F(LogTest, ASecretAcrossTheCutLeavesNoPrefix) {
  options.field_bytes = 20;
  secrets.add("hunter2hunter2");
  make().info("e", {{"v", "0123456789 hunter2hunter2 and more text"}});
  EXPECT_THAT(pipe.read_now(), Not(HasSubstr("hunter")));
}

TEST_F(LogTest, ALongerSecretIsNotSpoiledByItsPrefix) {
  secrets.add("abcd");
  secrets.add("abcdefgh");
  make().info("e", {{"v", "abcdefgh"}});
  EXPECT_THAT(pipe.read_now(), HasSubstr("\"v\":\"[redacted]\""));
}

TEST_F(LogTest, TheConsoleFormatIsForPeople) {
  options.format = LogFormat::console;
  std::vector<std::string> const stack{"one", "two"};
  make().bound("r1").warning("slow",
                             {{"tool", "echo"}, {"why", "two words"}, {"stack", LogLines(stack)}});
  auto const text = pipe.read_now();
  EXPECT_THAT(
      text,
      EndsWith("rampart: slow tool=echo why=\"two words\"\n    one\n    two request_id=r1\n"));
  EXPECT_THAT(text, HasSubstr("warning"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(LogTest, ColourMarksOnlyTheLevel) {
  options.format = LogFormat::console;
  options.colour = true;
  make().error("e");
  EXPECT_THAT(pipe.read_now(), HasSubstr("\x1b[31merror  \x1b[0m rampart: e"));
}

TEST_F(LogTest, LinesOfManyThreadsNeverMix) {
  auto const log = make();
  std::string const fill(300, 'x');
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 40; ++i) log.info("e", {{"fill", fill}});
    });
  }
  auto const text = pipe.read_lines(160);
  for (auto& thread : threads) thread.join();
  auto const lines = testing::lines_of(text);
  ASSERT_EQ(lines.size(), 160u);
  for (auto const& line : lines) {
    EXPECT_THAT(line, AllOf(StartsWith("{\"timestamp\""), EndsWith(fill + "\"}")));
  }
}

TEST_F(LogTest, AReaderThatStopsCostsLinesNotTheProcess) {
  pipe.shrink();
  auto const log = make();
  std::string const fill(1000, 'x');
  for (int i = 0; i < 20; ++i) log.info("e", {{"fill", fill}});
  EXPECT_GT(sink.dropped(), 10u);
  auto const lines = testing::lines_of(pipe.read_now());
  for (auto const& line : lines) EXPECT_THAT(line, EndsWith("}"));
  EXPECT_EQ(lines.size() + sink.dropped(), 20u);
  log.info("again");
  EXPECT_THAT(pipe.read_now(), HasSubstr("\"event\":\"again\""));
}

TEST_F(LogTest, ALineThatLeftHalfWayIsFinishedFirst) {
  ::fcntl(pipe.writer(), F_SETPIPE_SZ, 2 * 4096);
  options.field_bytes = 16 * 1024;
  auto const log = make();
  std::string const huge(9000, 'x');
  log.info("huge", {{"fill", huge}});
  auto text = pipe.read_now();
  log.info("next");
  text += pipe.read_now();
  log.info("last");
  text += pipe.read_now();
  auto const lines = testing::lines_of(text);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[0], EndsWith(huge + "\"}"));
  EXPECT_THAT(lines[1], HasSubstr("\"event\":\"next\""));
  EXPECT_EQ(sink.dropped(), 0u);
}

}  // namespace
}  // namespace rampart::base
