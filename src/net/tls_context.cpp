#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace rampart::net {
namespace {
// RFC 7301: a server with several protocols must not choose another than the one that we speak.
void set_protocol(SSL_CTX* context, std::string const& name) {
  if (name.empty()) return;
  std::string const list = static_cast<char>(name.size()) + name;
  SSL_CTX_set_alpn_protos(context, reinterpret_cast<unsigned char const*>(list.data()),
                          static_cast<unsigned>(list.size()));
}
}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::make(TlsOptions const& options) {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  if (!context) throw std::runtime_error("OpenSSL cannot make a TLS context");
  std::unique_ptr<TlsContext> made(new TlsContext(context));
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  // A write that stopped half-way goes on from wherever its bytes then are.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  set_protocol(context, options.protocol);
  SSL_CTX_set_default_verify_paths(context);
  if (!options.ca_file.empty() && SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1) {
    ERR_clear_error();
    return fail(Errc::invalid_params,
                "cannot read certificates from " + options.ca_file + " (PEM is expected)");
  }
  ERR_clear_error();
  return made;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

}  // namespace rampart::net
