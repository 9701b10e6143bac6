// Names: asked for once, kept for a moment, and never waited for longer than one wants.
#include "net/resolver.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "unit/net/loop_runner.hpp"
#include "unit/net/peer.hpp"

namespace rampart::net::test {
namespace {

// Never destroyed: threads that a resolver left behind may still read it at the end.
Addresses const& here = *new Addresses{boost::asio::ip::address_v4::loopback()};

struct ResolverTest : testing::Test {
  Result<Addresses> resolve(Resolver& resolver, std::string const& host) {
    std::optional<Result<Addresses>> found;
    resolver.resolve(runner.loop, host, [&](Result<Addresses> result) { found = result; });
    EXPECT_FALSE(found) << "the answer comes later";
    runner.run_until([&] { return found.has_value(); });
    return *found;
  }
  LoopRunner runner;
};

TEST_F(ResolverTest, AsksTheSystem) {
  Resolver resolver;
  auto const found = resolve(resolver, "localhost");
  ASSERT_TRUE(found);
  ASSERT_FALSE(found->empty());
  EXPECT_TRUE(found->front().is_loopback());
  auto const missing = resolve(resolver, "no-such-host.invalid");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::unavailable);
}

TEST_F(ResolverTest, AnAddressIsItsOwnAnswer) {
  ResolverOptions options;
  options.lookup = [](std::string const&) -> Result<Addresses> {
    return fail(Errc::unavailable, "asked");
  };
  Resolver resolver(options);
  EXPECT_TRUE(resolve(resolver, "127.0.0.1"));
  EXPECT_TRUE(resolve(resolver, "::1"));
}

TEST_F(ResolverTest, AnswersAreKeptAndFailuresAreNot) {
  std::atomic<int> asked = 0;
  ResolverOptions options;
  options.keep = std::chrono::hours(1);
  options.lookup = [&](std::string const&) -> Result<Addresses> {
    if (++asked == 1) return fail(Errc::unavailable, "not yet");
    return here;
  };
  Resolver resolver(options);
  EXPECT_FALSE(resolve(resolver, "a"));
  EXPECT_TRUE(resolve(resolver, "a"));
  EXPECT_TRUE(resolve(resolver, "a"));
  EXPECT_EQ(asked, 2);
}

TEST_F(ResolverTest, AnswersThatAreOldAreAskedForAgain) {
  std::atomic<int> asked = 0;
  ResolverOptions options;
  options.keep = std::chrono::milliseconds(0);
  options.lookup = [&](std::string const&) -> Result<Addresses> {
    ++asked;
    return here;
  };
  Resolver resolver(options);
  EXPECT_TRUE(resolve(resolver, "a"));
  EXPECT_TRUE(resolve(resolver, "a"));
  EXPECT_EQ(asked, 2);
}

TEST_F(ResolverTest, ANameThatIsBeingAskedForIsAskedForOnce) {
  Signal go;
  std::atomic<int> asked = 0;
  ResolverOptions options;
  options.lookup = [&](std::string const&) -> Result<Addresses> {
    ++asked;
    go.wait();
    return here;
  };
  Resolver resolver(options);
  int answers = 0;
  for (int i = 0; i < 3; ++i)
    resolver.resolve(runner.loop, "a", [&](Result<Addresses> const&) { ++answers; });
  go.set();
  runner.run_until([&] { return answers == 3; });
  EXPECT_EQ(asked, 1);
}

TEST_F(ResolverTest, GoingAwayWhileTheSystemHangsDoesNotHang) {
  auto const go = std::make_shared<Signal>();
  auto const entered = std::make_shared<Signal>();
  ResolverOptions options;
  options.lookup = [go, entered](std::string const&) -> Result<Addresses> {
    entered->set();
    go->wait();
    return here;
  };
  bool answered = false;
  {
    Resolver resolver(options);
    resolver.resolve(runner.loop, "a", [&](Result<Addresses> const&) { answered = true; });
    ASSERT_TRUE(entered->wait());
  }
  go->set();
  runner.loop.poll();
  EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace rampart::net::test
