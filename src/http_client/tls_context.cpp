#include "http_client/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace rampart::http_client {
namespace {
// RFC 7301: the only protocol that we speak, so that a server with several does not choose another.
constexpr unsigned char alpn[] = "\x08http/1.1";
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
  SSL_CTX_set_alpn_protos(context, alpn, sizeof alpn - 1);
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

}  // namespace rampart::http_client
