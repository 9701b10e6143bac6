// SHA-256 (FIPS 180-4), of one text or of many parts.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rampart::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);

/// 64 lower-case hexadecimal digits.
std::string hex(Digest const& digest);

/// Belongs to one thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::string_view bytes);
  /// The digest of everything since the last finish(); what follows begins anew.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rampart::crypto
