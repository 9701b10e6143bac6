#include "base/log_exception.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <thread>

#include "base/log.hpp"
#include "base/process_symbols.hpp"
#include "log_capture.hpp"

namespace rampart::base {

// Not in an unnamed namespace and not inlined: their names are looked for in the stack.
struct ToolFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};
[[gnu::noinline]] void throws_tool_fault() { throw ToolFault("no such city"); }
[[gnu::noinline]] void wraps_tool_fault() {
  try {
    throws_tool_fault();
  } catch (...) {
    std::throw_with_nested(std::logic_error("forecast failed"));
  }
}

namespace {
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

template <class F>
std::exception_ptr caught(F const& f) {
  try {
    f();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

struct Recording {
  Recording() { record_throw_sites(true); }
  ~Recording() { record_throw_sites(false); }
};

TEST(LogException, NamesTypeAndMessage) {
  auto const info = describe(caught(throws_tool_fault));
  EXPECT_EQ(info.type, "rampart::base::ToolFault");
  EXPECT_EQ(info.message, "no such city");
  EXPECT_THAT(info.causes, IsEmpty());
}

TEST(LogException, NamesTheCauses) {
  auto const info = describe(caught(wraps_tool_fault));
  EXPECT_EQ(info.message, "forecast failed");
  ASSERT_EQ(info.causes.size(), 1u);
  EXPECT_EQ(info.causes[0].type, "rampart::base::ToolFault");
  EXPECT_EQ(info.causes[0].message, "no such city");
}

TEST(LogException, DescribesWhatIsNoStdException) {
  EXPECT_EQ(describe(caught([] { throw 7; })).type, "int");
  auto const text = describe(caught([] { throw "plain text"; }));
  EXPECT_EQ(text.message, "plain text");
  EXPECT_EQ(describe(nullptr).type, "none");
}

TEST(LogException, TheStackIsThatOfTheThrow) {
  Recording const on;
  EXPECT_THAT(describe(caught(throws_tool_fault)).stack, Contains(HasSubstr("throws_tool_fault")));
}

TEST(LogException, TheStackOfANestedExceptionIsTheInnermost) {
  Recording const on;
  auto const stack = describe(caught(wraps_tool_fault)).stack;
  ASSERT_THAT(stack, Not(IsEmpty()));
  EXPECT_THAT(stack.front(), HasSubstr("throws_tool_fault"));
}

TEST(LogException, TheStackOutlivesARethrowAndAThread) {
  Recording const on;
  std::exception_ptr what;
  std::thread([&] { what = caught(throws_tool_fault); }).join();
  auto const again = caught([&] { std::rethrow_exception(what); });
  EXPECT_THAT(describe(again).stack, Contains(HasSubstr("throws_tool_fault")));
}

TEST(LogException, ThrowsOfTheStandardLibraryAreRecordedToo) {
  Recording const on;
  auto const info = describe(caught([] { return std::string("x").at(5); }));
  EXPECT_EQ(info.type, "std::out_of_range");
  EXPECT_THAT(info.stack, Not(IsEmpty()));
}

TEST(LogException, NothingIsRecordedUnlessAsked) {
  EXPECT_THAT(describe(caught(throws_tool_fault)).stack, IsEmpty());
}

TEST(LogException, TheLogLineHoldsAllOfIt) {
  Recording const on;
  testing::Pipe pipe;
  LogSink sink(pipe.writer());
  Secrets secrets;
  Logger const log(sink, secrets);
  log.exception(Level::error, "tool_threw", caught(wraps_tool_fault), {{"tool", "forecast"}});
  auto const line = pipe.read_now();
  EXPECT_THAT(
      line,
      HasSubstr(
          "\"event\":\"tool_threw\",\"tool\":\"forecast\",\"error_type\":\"std::logic_error\""));
  EXPECT_THAT(line, HasSubstr("\"error_message\":\"forecast failed\""));
  EXPECT_THAT(
      line,
      HasSubstr(
          R"("error_causes":[{"type":"rampart::base::ToolFault","message":"no such city"}],"stack":[")"));
  EXPECT_EQ(testing::lines_of(line).size(), 1u);
}

TEST(Symbols, DemanglesNames) {
  EXPECT_EQ(demangle("_ZN7rampart4failEi"), "rampart::fail(int)");
  EXPECT_EQ(demangle("main"), "main");
}

}  // namespace
}  // namespace rampart::base
