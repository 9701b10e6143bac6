#include "crypto/aead.hpp"

namespace rampart::crypto {
namespace {
unsigned char const* bytes(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}
unsigned char* bytes(std::string& text, std::size_t at) {
  return reinterpret_cast<unsigned char*>(text.data() + at);
}

EVP_CIPHER_CTX* context_of_this_thread() {
  static thread_local CipherContextPtr const context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "EVP_CIPHER_CTX_new");
  return context.get();
}

// The key must not stay behind in the thread's context.
class Operation {
 public:
  Operation() : context_(context_of_this_thread()) {}
  ~Operation() { EVP_CIPHER_CTX_reset(context_); }
  Operation(Operation const&) = delete;
  Operation& operator=(Operation const&) = delete;
  EVP_CIPHER_CTX* context() const { return context_; }

 private:
  EVP_CIPHER_CTX* context_;
};

using Update = int (*)(EVP_CIPHER_CTX*, unsigned char*, int*, unsigned char const*, int);

// Lengths fit: callers bound them far below 2 GB.
void update(Update step, EVP_CIPHER_CTX* context, unsigned char* out, std::string_view in) {
  int written = 0;
  if (in.empty()) return;
  require(step(context, out, &written, bytes(in), static_cast<int>(in.size())) == 1, "update");
}
}  // namespace

Aead::Aead() : cipher_(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)) {
  require(cipher_ != nullptr, "AES-256-GCM");
}

void Aead::encrypt(std::string& out, SealingKey const& key, std::string_view nonce,
                   Associated const& associated, std::string_view content) const {
  Operation operation;
  auto* context = operation.context();
  auto begun =
      EVP_EncryptInit_ex2(context, cipher_.get(), key.bytes().data(), bytes(nonce), nullptr);
  require(begun == 1, "EVP_EncryptInit_ex2");
  update(EVP_EncryptUpdate, context, nullptr, associated.header);
  update(EVP_EncryptUpdate, context, nullptr, associated.data);
  std::size_t start = out.size();
  out.resize(start + content.size() + tag_size);
  update(EVP_EncryptUpdate, context, bytes(out, start), content);
  unsigned char* tag = bytes(out, start + content.size());
  int none = 0;
  require(EVP_EncryptFinal_ex(context, tag, &none) == 1, "EVP_EncryptFinal_ex");
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_size, tag) == 1, "get tag");
}

bool Aead::decrypt(std::string& out, SealingKey const& key, std::string_view nonce,
                   Associated const& associated, std::string_view encrypted) const {
  std::size_t length = encrypted.size() - tag_size;
  std::string tag(encrypted.substr(length));
  Operation operation;
  auto* context = operation.context();
  auto begun =
      EVP_DecryptInit_ex2(context, cipher_.get(), key.bytes().data(), bytes(nonce), nullptr);
  require(begun == 1, "EVP_DecryptInit_ex2");
  update(EVP_DecryptUpdate, context, nullptr, associated.header);
  update(EVP_DecryptUpdate, context, nullptr, associated.data);
  out.resize(length);
  update(EVP_DecryptUpdate, context, bytes(out, 0), encrypted.substr(0, length));
  auto set = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data());
  require(set == 1, "set tag");
  unsigned char rest[tag_size];
  int none = 0;
  if (EVP_DecryptFinal_ex(context, rest, &none) == 1) return true;
  out.clear();
  return false;
}

}  // namespace rampart::crypto
