// Which live server serves whom, and what it is told of its clients.
#include "upstream/pool.hpp"

#include <gtest/gtest.h>

namespace rampart::upstream {
namespace {

using config::UpstreamMode;

Greeting greeting(bool modern) {
  Greeting out;
  out.version = modern ? protocol::latest_modern : protocol::latest_legacy;
  return out;
}

Caller caller_with_roots(std::string principal = "anonymous", std::string session = "") {
  Caller out;
  out.capabilities.roots = true;
  out.principal = std::move(principal);
  out.session = std::move(session);
  return out;
}

config::Upstream with_mode(UpstreamMode mode, bool share_roots = false) {
  config::Upstream out;
  out.mode = mode;
  out.share_roots = share_roots;
  return out;
}

bool hears_roots(config::Upstream const& config, Caller const& caller) {
  auto const need = need_of(config, greeting(false), false, caller);
  return need.main ? main_capabilities(config).roots : need.key.capabilities.roots;
}

TEST(Pool, ALegacyServerThatClientsShareHearsNoRoots) {
  EXPECT_FALSE(hears_roots(with_mode(UpstreamMode::automatic), caller_with_roots()));
  EXPECT_FALSE(hears_roots(with_mode(UpstreamMode::automatic), caller_with_roots("ada", "s1")));
  EXPECT_FALSE(hears_roots(with_mode(UpstreamMode::single), caller_with_roots("ada", "s1")));
}

TEST(Pool, ALegacyServerOfOneClientHearsItsRoots) {
  EXPECT_TRUE(hears_roots(with_mode(UpstreamMode::per_session), caller_with_roots("ada", "s1")));
  EXPECT_TRUE(hears_roots(with_mode(UpstreamMode::per_principal), caller_with_roots("ada")));
}

TEST(Pool, WhoMayBeAnybodyHasNoServerOfItsOwn) {
  EXPECT_FALSE(hears_roots(with_mode(UpstreamMode::per_principal), caller_with_roots()));
  EXPECT_FALSE(hears_roots(with_mode(UpstreamMode::per_session), caller_with_roots("ada", "")));
}

TEST(Pool, RootsAreSharedWhereTheOperatorSaysSo) {
  for (auto const mode : {UpstreamMode::automatic, UpstreamMode::single,
                          UpstreamMode::per_principal, UpstreamMode::per_session})
    EXPECT_TRUE(hears_roots(with_mode(mode, true), caller_with_roots()));
}

TEST(Pool, ACallerWhoseRootsAreKeptBackNeedsNoServerOfItsOwn) {
  auto const need =
      need_of(with_mode(UpstreamMode::automatic), greeting(false), false, caller_with_roots());
  EXPECT_TRUE(need.main);
  EXPECT_FALSE(need.exclusive);
}

TEST(Pool, ChangedRootsAreToldToTheServersOfTheirClientOnly) {
  auto const told = [](UpstreamMode mode, bool share_roots, Caller const& served,
                       Caller const& caller) {
    auto const config = with_mode(mode, share_roots);
    return is_told_of_roots(config, need_of(config, greeting(false), false, served).key, caller);
  };
  auto const one = caller_with_roots("ada", "s1"), two = caller_with_roots("bob", "s2");
  EXPECT_TRUE(told(UpstreamMode::per_session, false, one, one));
  EXPECT_FALSE(told(UpstreamMode::per_session, false, one, two));
  EXPECT_FALSE(told(UpstreamMode::per_session, false, one, caller_with_roots("ada", "s3")));
  EXPECT_TRUE(told(UpstreamMode::per_principal, false, one, caller_with_roots("ada", "s3")));
  EXPECT_FALSE(told(UpstreamMode::per_principal, false, one, two));
  EXPECT_FALSE(told(UpstreamMode::per_principal, false, caller_with_roots(), caller_with_roots()));
  EXPECT_FALSE(told(UpstreamMode::automatic, false, one, one));
  EXPECT_TRUE(told(UpstreamMode::single, true, one, two));
}

TEST(Pool, AServerIsToldThatRootsMayChangeWhereItHearsOfThem) {
  for (auto const mode :
       {UpstreamMode::single, UpstreamMode::per_principal, UpstreamMode::per_session}) {
    EXPECT_EQ(shared_capabilities(with_mode(mode)).roots_list_changed, false);
    EXPECT_EQ(shared_capabilities(with_mode(mode, true)).roots_list_changed, true);
  }
  auto caller = caller_with_roots("ada", "s1");
  caller.capabilities.roots_list_changed = caller.capabilities.sampling = true;
  auto const declared = [&](UpstreamMode mode, bool share) {
    auto const need = need_of(with_mode(mode, share), greeting(false), false, caller);
    return need.key.capabilities.roots_list_changed;
  };
  EXPECT_TRUE(declared(UpstreamMode::per_session, false));
  EXPECT_TRUE(declared(UpstreamMode::automatic, true));
  EXPECT_FALSE(declared(UpstreamMode::automatic, false));
}

TEST(Pool, AModernServerHearsOfEachCallersCapabilitiesWithItsRequest) {
  auto const need =
      need_of(with_mode(UpstreamMode::automatic), greeting(true), false, caller_with_roots());
  EXPECT_TRUE(need.main);
  EXPECT_FALSE(need.exclusive);
}

TEST(Pool, ACallThatMayAskHasALegacyChildForItself) {
  Caller caller;
  caller.capabilities.elicitation_form = true;
  auto const config = with_mode(UpstreamMode::automatic);
  EXPECT_TRUE(need_of(config, greeting(false), false, caller).exclusive);
  EXPECT_FALSE(need_of(config, greeting(false), true, caller).exclusive)
      << "over HTTP a question comes with its request";
}

}  // namespace
}  // namespace rampart::upstream
