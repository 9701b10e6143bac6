// The evidence that a request cannot have reached its server, on connections that end in the moment
// it is sent.
#include "net/wire.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>

#include "unit/net/loop_runner.hpp"
#include "unit/net/peer.hpp"

namespace rampart::net::test {
namespace {

struct WireTest : testing::Test {
  std::shared_ptr<Wire> connect(Peer const& peer) {
    auto const wire = std::make_shared<Wire>(runner.loop);
    wire->open(
        boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), peer.port()));
    wait_for(*wire, Step::Kind::wants_write);
    EXPECT_EQ(wire->opened().kind, Step::Kind::progress);
    return wire;
  }
  void wait_for(Wire& wire, Step::Kind what) {
    bool ready = false;
    wire.on_ready([&] { ready = true; });
    wire.await(what);
    runner.run_until([&] { return ready; });
    wire.on_ready({});
  }
  LoopRunner runner;
};

TEST_F(WireTest, BytesToAServerThatHadClosedCannotHaveArrived) {
  Peer peer([&](PeerConnection& connection) { connection.close(); });
  auto const wire = connect(peer);
  wait_for(*wire, Step::Kind::wants_read);
  ASSERT_EQ(wire->write("request").kind, Step::Kind::progress);  // the end is not noticed yet
  EXPECT_TRUE(wire->none_arrived_after(0));
}

TEST_F(WireTest, BytesThatTheServersKernelTookMayHaveArrived) {
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    connection.close();
  });
  auto const wire = connect(peer);
  ASSERT_EQ(wire->write("GET / HTTP/1.1\r\n\r\n").kind, Step::Kind::progress);
  wait_for(*wire, Step::Kind::wants_read);
  char byte = 0;
  EXPECT_EQ(wire->read(&byte, 1).kind, Step::Kind::end);
  EXPECT_FALSE(wire->none_arrived_after(0));
  EXPECT_TRUE(wire->none_arrived_after(wire->handed()));
}

TEST_F(WireTest, AResetProvesNothing) {
  Peer peer([&](PeerConnection& connection) { connection.reset(); });
  auto const wire = connect(peer);
  wait_for(*wire, Step::Kind::wants_read);
  char byte = 0;
  EXPECT_EQ(wire->read(&byte, 1).kind, Step::Kind::failed);
  EXPECT_FALSE(wire->none_arrived_after(0));
}

}  // namespace
}  // namespace rampart::net::test
