#include "unit/net/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>

namespace rampart::net::test {
namespace {
X509* new_certificate(EVP_PKEY* key, char const* name, long serial) {
  X509* const made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 24 * 3600);
  X509_set_pubkey(made, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                             reinterpret_cast<unsigned char const*>(name), -1, -1, 0);
  return made;
}

void add_extension(X509* to, int which, std::string const& value) {
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, nullptr, which, value.c_str());
  X509_add_ext(to, made, -1);
  X509_EXTENSION_free(made);
}
}  // namespace

Authority::Authority() : key_(EVP_EC_gen("P-256")) {
  certificate_ = new_certificate(key_, "Test authority", 1);
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  add_extension(certificate_, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate_, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(certificate_, key_, EVP_sha256());
  std::string name = (std::filesystem::temp_directory_path() / "rampart-ca-XXXXXX").string();
  int const fd = ::mkstemp(name.data());
  std::FILE* const file = ::fdopen(fd, "w");
  PEM_write_X509(file, certificate_);
  std::fclose(file);
  file_ = name;
}

Authority::~Authority() {
  ::unlink(file_.c_str());
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

TlsServer::TlsServer(Authority const& authority, std::string const& names)
    : context_(SSL_CTX_new(TLS_server_method())) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = new_certificate(key, "Test server", 2);
  X509_set_issuer_name(certificate, X509_get_subject_name(authority.certificate_));
  add_extension(certificate, NID_subject_alt_name, names);
  X509_sign(certificate, authority.key_, EVP_sha256());
  SSL_CTX_use_certificate(context_, certificate);
  SSL_CTX_use_PrivateKey(context_, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

TlsServer::~TlsServer() { SSL_CTX_free(context_); }

}  // namespace rampart::net::test
