// Sealing: bytes that a client carries for us and can neither read nor change (requestState,
// cursors). AES-256-GCM (NIST SP 800-38D) with a random nonce.
//
//   sealed text = base64url(version 1 | key id 4 | nonce 12 | ciphertext | tag 16)   (bytes)
//
// Version, key id and the caller's associated data are authenticated too. What a sealed text means,
// for whom and until when is the caller's matter: put it into the associated data or the content.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sealing_key.hpp"
#include "rampart/error.hpp"

namespace rampart::crypto {

/// Longest content that is sealed or opened (bytes).
inline constexpr std::size_t default_max_content = 64 * 1024;

/// Thread-safe. Random nonces are sound for 2^32 texts a key: at a thousand a second a key lasts
/// fifty days, so rotate keys: put the new one first and keep the old one until what it sealed has
/// expired.
class Sealer {
 public:
  /// The first key seals, all of them open. Throws std::invalid_argument without a key.
  explicit Sealer(std::vector<SealingKey> keys, std::size_t max_content = default_max_content);
  ~Sealer();
  Sealer(Sealer&&) noexcept;
  Sealer& operator=(Sealer&&) noexcept;

  /// Errors: overloaded when `content` is longer than the bound.
  Result<std::string> seal(std::string_view content, std::string_view associated_data) const;

  /// Errors: state_rejected, with one message for every cause; the cause is in the detail.
  Result<std::string> open(std::string_view sealed, std::string_view associated_data) const;

 private:
  struct Cipher;
  std::vector<SealingKey> keys_;
  std::size_t max_content_;
  std::unique_ptr<Cipher const> cipher_;
};

}  // namespace rampart::crypto
