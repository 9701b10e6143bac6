#include "crypto/sealer.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/random.hpp"
#include "crypto/aead.hpp"

namespace rampart::crypto {
namespace {
constexpr char version = 1;
constexpr std::size_t header_size = 1 + std::tuple_size_v<SealingKey::Id>;
constexpr std::size_t overhead = header_size + Aead::nonce_size + Aead::tag_size;

std::string header_of(SealingKey const& key) {
  std::string header(1, version);
  header.append(key.id().data(), key.id().size());
  return header;
}

Failure rejected(char const* cause) {
  return fail(Errc::state_rejected, "the state of this request was not accepted", cause);
}

std::size_t base64url_length(std::size_t bytes) { return (bytes * 4 + 2) / 3; }
}  // namespace

struct Sealer::Cipher {
  Aead aead;
};

Sealer::Sealer(std::vector<SealingKey> keys, std::size_t max_content)
    : keys_(std::move(keys)), max_content_(max_content), cipher_(std::make_unique<Cipher const>()) {
  if (keys_.empty()) throw std::invalid_argument("a Sealer needs a key");
}
Sealer::~Sealer() = default;
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;

Result<std::string> Sealer::seal(std::string_view content, std::string_view associated_data) const {
  if (content.size() > max_content_) {
    return fail(Errc::overloaded, "the state of this request is longer than " +
                                      std::to_string(max_content_) + " bytes");
  }
  SealingKey const& key = keys_.front();
  std::string header = header_of(key);
  std::string nonce = base::random_bytes(Aead::nonce_size);
  std::string sealed;
  sealed.reserve(overhead + content.size());
  sealed += header;
  sealed += nonce;
  cipher_->aead.encrypt(sealed, key, nonce, {header, associated_data}, content);
  return base::base64url_encode(sealed);
}

Result<std::string> Sealer::open(std::string_view sealed, std::string_view associated_data) const {
  if (sealed.size() > base64url_length(overhead + max_content_)) return rejected("too long");
  auto decoded = base::base64url_decode(sealed);
  if (!decoded) return rejected("not base64url");
  if (decoded->size() < overhead) return rejected("too short");
  std::string_view rest = *decoded;
  if (rest[0] != version) return rejected("unknown format");
  std::string_view header = rest.substr(0, header_size);
  std::string_view nonce = rest.substr(header_size, Aead::nonce_size);
  std::string_view encrypted = rest.substr(header_size + Aead::nonce_size);
  bool known = false;
  for (SealingKey const& key : keys_) {
    if (header != header_of(key)) continue;
    known = true;
    std::string content;
    bool genuine = cipher_->aead.decrypt(content, key, nonce, {header, associated_data}, encrypted);
    if (genuine) return content;
  }
  return rejected(known ? "not genuine, or for another request" : "sealed with an unknown key");
}

}  // namespace rampart::crypto
