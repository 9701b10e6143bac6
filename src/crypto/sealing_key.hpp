// A key for Sealer. It is wiped from memory when it goes.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "rampart/error.hpp"

namespace rampart::crypto {

class SealingKey {
 public:
  using Bytes = std::array<std::uint8_t, 32>;
  /// Which key sealed a text: the first bytes of a digest of the key, which tell nothing else.
  using Id = std::array<char, 4>;

  /// 32 bytes as 64 hexadecimal digits or as base64 (standard or URL-safe, padded or not).
  /// Errors: invalid_params naming the rule, never the text.
  static Result<SealingKey> parse(std::string_view text);
  static SealingKey random();

  SealingKey(SealingKey const&) = default;
  SealingKey& operator=(SealingKey const&) = default;
  ~SealingKey();

  Bytes const& bytes() const { return bytes_; }
  Id const& id() const { return id_; }
  /// The text form that parse() reads, 64 hexadecimal digits: a secret.
  std::string to_hex() const;

 private:
  explicit SealingKey(Bytes const& bytes);
  Bytes bytes_;
  Id id_;
};

}  // namespace rampart::crypto
