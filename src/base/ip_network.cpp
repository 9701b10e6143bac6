#include "base/ip_network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace rampart::base {
namespace {
constexpr int v4_bits = 32;
constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t longest_text = 45;
}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > longest_text) return std::nullopt;
  std::string const written(text);
  IpAddress out;
  if (::inet_pton(AF_INET6, written.c_str(), out.bytes_.data()) == 1) return out;
  std::ranges::copy(v4_prefix, out.bytes_.begin());
  if (::inet_pton(AF_INET, written.c_str(), out.bytes_.data() + v4_prefix.size()) == 1) return out;
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  return std::ranges::equal(v4_prefix, std::span(bytes_).first<12>());
}

std::string IpAddress::text() const {
  std::array<char, longest_text + 1> out{};
  if (is_v4())
    ::inet_ntop(AF_INET, bytes_.data() + v4_prefix.size(), out.data(), out.size());
  else
    ::inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  return out.data();
}

IpNetwork IpNetwork::of(IpAddress const& address, int prefix) {
  IpNetwork out;
  out.base_ = address;
  out.prefix_ = prefix;
  for (int bit = prefix; bit < 128; ++bit)
    out.base_.bytes_[static_cast<std::size_t>(bit) / 8] &=
        static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
  return out;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  auto const slash = text.find('/');
  auto const address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return of(*address, 128);
  bool const v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  auto const digits = text.substr(slash + 1);
  int bits = -1;
  auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  if (bits < 0 || bits > (v4 ? v4_bits : 128)) return std::nullopt;
  auto const out = of(*address, v4 ? bits + 128 - v4_bits : bits);
  if (out.base_ != *address) return std::nullopt;
  return out;
}

bool IpNetwork::contains(IpAddress const& address) const {
  return of(address, prefix_).base_ == base_;
}

std::string IpNetwork::text() const {
  int const bits = base_.is_v4() ? prefix_ - 128 + v4_bits : prefix_;
  return base_.text() + "/" + std::to_string(bits);
}

}  // namespace rampart::base
