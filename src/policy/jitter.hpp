// The arithmetic of waiting times: doubling up to a bound, and chance.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/clock.hpp"

namespace rampart::policy {

/// `first` doubled `times` times, at most `most`.
inline base::Steady::duration doubled(base::Steady::duration first, std::uint32_t times,
                                      base::Steady::duration most) {
  auto out = std::min(first, most);
  for (std::uint32_t i = 0; i < times && out < most; ++i) {
    out = out > most / 2 ? most : out * 2;
    if (out == base::Steady::duration::zero()) break;
  }
  return out;
}

/// `fraction` of 0 to 1.
inline base::Steady::duration share_of(base::Steady::duration whole, double fraction) {
  return base::Steady::duration(
      static_cast<base::Steady::rep>(static_cast<double>(whole.count()) * fraction));
}

/// 64 random bits as a number from 0 to below 1.
inline double fraction_of(std::uint64_t random) {
  return static_cast<double>(random >> 11) * (1.0 / 9007199254740992.0);  // 2^53
}

/// The next of a sequence (SplitMix64), for values that own their chance; not for secrets.
inline double next_fraction(std::uint64_t& state) {
  auto z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return fraction_of(z ^ (z >> 31));
}

}  // namespace rampart::policy
