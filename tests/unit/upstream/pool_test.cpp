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
