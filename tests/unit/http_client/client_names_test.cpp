// Requests whose host is a name: its addresses, and the time that finding them may take.
#include <gtest/gtest.h>

#include "unit/http_client/harness.hpp"
#include "unit/net/peer.hpp"

namespace rampart::http_client::test {
namespace {

boost::asio::ip::address const here = boost::asio::ip::address_v4::loopback();

TEST(ClientNamesTest, ARequestDoesNotWaitForANameBeyondItsDeadline) {
  auto const go = std::make_shared<Signal>();  // the thread is left behind with it
  ResolverOptions options;
  options.lookup = [go](std::string const&) -> Result<Addresses> {
    go->wait();
    return Addresses{here};
  };
  LoopRunner runner;
  Resolver resolver(options);
  Client client(runner.loop, resolver, nullptr, *parse_url("http://slow.invalid/"));
  Whole const whole =
      runner.run(fetch(&client, get(), runner.loop.now() + std::chrono::milliseconds(100)));
  go->set();
  ASSERT_TRUE(whole.error);
  EXPECT_EQ(whole.error->code, Errc::deadline);
  EXPECT_FALSE(whole.sent);
}

TEST(ClientNamesTest, EachAddressIsTriedUntilOneAnswers) {
  Peer peer([](PeerConnection& connection) {
    connection.read_request();
    connection.respond("200 OK", "text/plain", "found");
  });
  ResolverOptions options;
  options.lookup = [](std::string const&) -> Result<Addresses> {
    return Addresses{boost::asio::ip::make_address("::1"), here};
  };
  LoopRunner runner;
  Resolver resolver(options);
  Client client(runner.loop, resolver, nullptr, *parse_url(peer.url("/", "two.invalid")));
  EXPECT_EQ(runner.run(fetch(&client, get(), runner.soon())).body, "found");
}

}  // namespace
}  // namespace rampart::http_client::test
