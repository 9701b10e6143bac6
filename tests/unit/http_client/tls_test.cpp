// TLS to real servers: the right name and a known authority, or nothing is sent.
#include <gtest/gtest.h>

#include "unit/http_client/harness.hpp"
#include "unit/net/peer.hpp"

namespace rampart::http_client::test {
namespace {

void serve(PeerConnection& connection) {
  for (;;) {
    PeerRequest const request = connection.read_request();
    if (request.method.empty()) return;
    connection.respond("200 OK", "text/plain", request.body);
  }
}

struct TlsTest : testing::Test {
  std::unique_ptr<TlsContext> trusting(std::string const& file) {
    auto made = TlsContext::make(net::TlsOptions{file, "http/1.1"});
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  Whole ask(TlsContext const& context, std::string const& url, std::string body = "x") {
    Client client(runner.loop, resolver, &context, *parse_url(url));
    return runner.run(fetch(&client, post(std::move(body)), runner.soon()));
  }
  Authority authority;
  LoopRunner runner;
  Resolver resolver;
};

TEST_F(TlsTest, AGoodCertificateIsAcceptedForItsNameAndItsAddress) {
  TlsServer const server(authority, "DNS:localhost,IP:127.0.0.1");
  Peer peer(serve, &server);
  auto const context = trusting(authority.file());
  EXPECT_EQ(ask(*context, peer.url("/", "localhost")).body, "x");
  EXPECT_EQ(ask(*context, peer.url("/", "127.0.0.1")).body, "x");
  std::string const large(3'000'000, 'y');
  EXPECT_EQ(ask(*context, peer.url(), large).body, large);
}

TEST_F(TlsTest, AKeptConnectionServesMoreRequests) {
  TlsServer const server(authority, "IP:127.0.0.1");
  Peer peer(serve, &server);
  auto const context = trusting(authority.file());
  Client client(runner.loop, resolver, context.get(), *parse_url(peer.url()));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(runner.run(fetch(&client, post("x"), runner.soon())).body, "x");
  EXPECT_EQ(peer.accepted(), 1);
}

TEST_F(TlsTest, ACertificateForAnotherNameIsRefusedBeforeAnythingIsSent) {
  TlsServer const server(authority, "DNS:example.com");
  std::string got = "nothing";
  Signal over;
  Peer peer(
      [&](PeerConnection& connection) {
        got = connection.read_request().method;
        over.set();
      },
      &server);
  auto const context = trusting(authority.file());
  Whole const whole = ask(*context, peer.url("/", "localhost"));
  ASSERT_TRUE(whole.error);
  EXPECT_EQ(whole.error->code, Errc::unavailable);
  EXPECT_NE(whole.error->message.find("certificate is not accepted"), std::string::npos)
      << whole.error->message;
  EXPECT_FALSE(whole.sent);
  ASSERT_TRUE(over.wait());
  EXPECT_EQ(got, "");
}

TEST_F(TlsTest, AnUnknownAuthorityIsRefused) {
  TlsServer const server(authority, "IP:127.0.0.1");
  Peer peer(serve, &server);
  auto const context = trusting("");
  Whole const whole = ask(*context, peer.url());
  ASSERT_TRUE(whole.error);
  EXPECT_NE(whole.error->message.find("certificate is not accepted"), std::string::npos)
      << whole.error->message;
  EXPECT_FALSE(whole.sent);
}

TEST_F(TlsTest, APlainServerIsNoTlsServer) {
  Peer peer([](PeerConnection& connection) {
    connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    connection.wait_end();
  });
  auto const context = trusting(authority.file());
  Whole const whole = ask(*context, "https://127.0.0.1:" + std::to_string(peer.port()) + "/");
  ASSERT_TRUE(whole.error);
  EXPECT_EQ(whole.error->code, Errc::unavailable);
  EXPECT_FALSE(whole.sent);
}

TEST_F(TlsTest, ABodyThatEndsWithTheConnectionMustEndWithTlssGoodbye) {
  TlsServer const server(authority, "IP:127.0.0.1");
  for (bool const cut : {false, true}) {
    Peer peer(
        [cut](PeerConnection& connection) {
          connection.read_request();
          connection.write("HTTP/1.1 200 OK\r\n\r\nall of it?");
          if (cut) connection.interrupt();
        },
        &server);
    auto const context = trusting(authority.file());
    Whole const whole = ask(*context, peer.url());
    EXPECT_EQ(whole.body, "all of it?");
    EXPECT_EQ(whole.error.has_value(), cut);
  }
}

TEST_F(TlsTest, AMissingAuthorityFileIsNamed) {
  auto const made = TlsContext::make(TlsOptions{"/no/such/file.pem"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::invalid_params);
  EXPECT_NE(made.error().message.find("/no/such/file.pem"), std::string::npos);
}

}  // namespace
}  // namespace rampart::http_client::test
