// IP addresses and networks as people write them: 192.0.2.1, 10.0.0.0/8, ::1, fd00::/8.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rampart::base {

/// IPv4 is kept as IPv6 keeps it, ::ffff:a.b.c.d: both notations are one address.
class IpAddress {
 public:
  static std::optional<IpAddress> parse(std::string_view text);
  /// An IPv4 one without the prefix.
  std::string text() const;
  bool is_v4() const;
  std::array<std::uint8_t, 16> const& bytes() const { return bytes_; }
  bool operator==(IpAddress const&) const = default;

 private:
  friend class IpNetwork;
  std::array<std::uint8_t, 16> bytes_{};
};

class IpNetwork {
 public:
  /// With a prefix length, or one address alone. Bits beyond the prefix must be zero.
  static std::optional<IpNetwork> parse(std::string_view text);
  /// The first `prefix` bits of an address, as IPv6 counts them.
  static IpNetwork of(IpAddress const& address, int prefix);
  bool contains(IpAddress const& address) const;
  std::string text() const;

 private:
  IpAddress base_;
  int prefix_ = 128;  // of the 128 bits
};

}  // namespace rampart::base
