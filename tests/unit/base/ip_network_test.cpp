// IP addresses and networks, as the system's own reader of them has it.
#include "base/ip_network.hpp"

#include <gtest/gtest.h>

namespace rampart::base {
namespace {

std::string read(std::string_view text) {
  auto const network = IpNetwork::parse(text);
  return network ? network->text() : "none";
}
bool holds(std::string_view network, std::string_view address) {
  return IpNetwork::parse(network)->contains(*IpAddress::parse(address));
}

TEST(IpNetwork, IsReadInEveryNotation) {
  EXPECT_EQ(read("10.0.0.0/8"), "10.0.0.0/8");
  EXPECT_EQ(read("192.0.2.7"), "192.0.2.7/32");
  EXPECT_EQ(read("0.0.0.0/0"), "0.0.0.0/0");
  EXPECT_EQ(read("::/0"), "::/0");
  EXPECT_EQ(read("2001:DB8::/33"), "2001:db8::/33");
  EXPECT_EQ(read("::1"), "::1/128");
  EXPECT_EQ(read("::ffff:10.0.0.1"), "10.0.0.1/32");
}

TEST(IpNetwork, IsNothingElse) {
  for (auto const* text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8", "10.0.0",
        "localhost", "::/129", "fe80::1%eth0", "1.2.3.4 ", "10.0.0.0/08/8"})
    EXPECT_EQ(read(text), "none") << text;
}

TEST(IpNetwork, ContainsItsAddressesToTheLastBit) {
  EXPECT_TRUE(holds("10.0.0.0/9", "10.127.255.255"));
  EXPECT_FALSE(holds("10.0.0.0/9", "10.128.0.0"));
  EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::1")) << "no IPv4 address";
  EXPECT_TRUE(holds("::/0", "1.2.3.4"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::"));
  EXPECT_FALSE(holds("192.0.2.7", "192.0.2.6"));
}

}  // namespace
}  // namespace rampart::base
