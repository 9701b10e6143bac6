#include "crypto/sealing_key.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <optional>

#include "base/encoding.hpp"
#include "base/random.hpp"
#include "crypto/sha256.hpp"

namespace rampart::crypto {
namespace {
std::string_view view(SealingKey::Bytes const& bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

std::optional<std::string> decode(std::string_view text) {
  if (text.size() == 64) return base::hex_decode(text);
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() != 43) return std::nullopt;
  std::string url_safe(text);
  std::replace(url_safe.begin(), url_safe.end(), '+', '-');
  std::replace(url_safe.begin(), url_safe.end(), '/', '_');
  auto bytes = base::base64url_decode(url_safe);
  OPENSSL_cleanse(url_safe.data(), url_safe.size());
  return bytes;
}
}  // namespace

SealingKey::SealingKey(Bytes const& bytes) : bytes_(bytes) {
  // The prefix keeps this digest apart from any other use of the key.
  Digest digest = Sha256().update("rampart sealing key id\n").update(view(bytes_)).finish();
  std::copy_n(digest.begin(), id_.size(), id_.begin());
}

SealingKey::~SealingKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

Result<SealingKey> SealingKey::parse(std::string_view text) {
  auto decoded = decode(text);
  if (!decoded || decoded->size() != Bytes().size()) {
    return fail(Errc::invalid_params,
                "a key is 32 bytes, written as 64 hexadecimal digits or as base64; "
                "`openssl rand -hex 32` makes one");
  }
  Bytes bytes;
  std::copy(decoded->begin(), decoded->end(), bytes.begin());
  OPENSSL_cleanse(decoded->data(), decoded->size());
  bool placeholder = std::all_of(bytes.begin(), bytes.end(), [&](auto b) { return b == bytes[0]; });
  if (placeholder) {
    return fail(Errc::invalid_params,
                "a key must be random, not one byte repeated; `openssl rand -hex 32` makes one");
  }
  SealingKey key(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

SealingKey SealingKey::random() {
  Bytes bytes;
  base::fill_random(bytes.data(), bytes.size());
  SealingKey key(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

std::string SealingKey::to_hex() const { return base::hex_encode(view(bytes_)); }

}  // namespace rampart::crypto
