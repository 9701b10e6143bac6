// OpenSSL's objects as owned values, and its failures as exceptions: with arguments that we choose
// they mean no memory or no such algorithm, which no request can cause.
#pragma once
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace rampart::crypto {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using MdPtr = std::unique_ptr<EVP_MD, Free<EVP_MD_free>>;
using MdContextPtr = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using CipherPtr = std::unique_ptr<EVP_CIPHER, Free<EVP_CIPHER_free>>;
using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;

inline void require(bool succeeded, char const* what) {
  if (!succeeded) throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

}  // namespace rampart::crypto
