// One AES-256-GCM operation. Thread-safe; contexts are kept per thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/openssl.hpp"
#include "crypto/sealing_key.hpp"

namespace rampart::crypto {

class Aead {
 public:
  static constexpr std::size_t nonce_size = 12;  // bytes
  static constexpr std::size_t tag_size = 16;    // bytes

  Aead();

  /// Two parts, so that callers need not join them.
  struct Associated {
    std::string_view header, data;
  };

  /// Appends ciphertext and tag to `out`.
  void encrypt(std::string& out, SealingKey const& key, std::string_view nonce,
               Associated const& associated, std::string_view content) const;
  /// `encrypted` is ciphertext and tag, at least a tag long. False when it is not genuine; then
  /// `out` holds nothing.
  bool decrypt(std::string& out, SealingKey const& key, std::string_view nonce,
               Associated const& associated, std::string_view encrypted) const;

 private:
  CipherPtr cipher_;
};

}  // namespace rampart::crypto
