#include "crypto/sha256.hpp"

#include "base/encoding.hpp"
#include "crypto/openssl.hpp"

namespace rampart::crypto {
namespace {
// Looking an algorithm up by name costs more than hashing a short text.
EVP_MD const* algorithm() {
  static MdPtr const fetched(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  require(fetched != nullptr, "SHA256");
  return fetched.get();
}

MdContextPtr new_context() {
  MdContextPtr context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  return context;
}

void begin(EVP_MD_CTX* context) {
  require(EVP_DigestInit_ex2(context, algorithm(), nullptr) == 1, "EVP_DigestInit_ex2");
}
void add(EVP_MD_CTX* context, std::string_view bytes) {
  require(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1, "EVP_DigestUpdate");
}
Digest end(EVP_MD_CTX* context) {
  Digest digest;
  require(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1, "EVP_DigestFinal_ex");
  return digest;
}
}  // namespace

Digest sha256(std::string_view bytes) {
  // A new context for each text would double the cost of a short one.
  static thread_local MdContextPtr const context = new_context();
  begin(context.get());
  add(context.get(), bytes);
  return end(context.get());
}

std::string hex(Digest const& digest) {
  return base::hex_encode({reinterpret_cast<char const*>(digest.data()), digest.size()});
}

struct Sha256::State {
  MdContextPtr context = new_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) { begin(state_->context.get()); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
  add(state_->context.get(), bytes);
  return *this;
}

Digest Sha256::finish() {
  Digest digest = end(state_->context.get());
  begin(state_->context.get());
  return digest;
}

}  // namespace rampart::crypto
