#include "net/tls_session.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <limits>
#include <stdexcept>

#include "net/tls_context.hpp"

namespace rampart::net {
namespace {
RawSocket& socket_of(BIO* bio) { return *static_cast<RawSocket*>(BIO_get_data(bio)); }

int bio_write(BIO* bio, char const* bytes, int size) {
  BIO_clear_retry_flags(bio);
  Step const step = socket_of(bio).write({bytes, static_cast<std::size_t>(size)});
  if (step.kind == Step::Kind::progress) return static_cast<int>(step.bytes);
  if (step.kind == Step::Kind::wants_write) BIO_set_retry_write(bio);
  return -1;
}

int bio_read(BIO* bio, char* to, int size) {
  BIO_clear_retry_flags(bio);
  Step const step = socket_of(bio).read(to, static_cast<std::size_t>(size));
  if (step.kind == Step::Kind::progress) return static_cast<int>(step.bytes);
  if (step.kind == Step::Kind::wants_read) BIO_set_retry_read(bio);
  if (step.kind == Step::Kind::end) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return step.kind == Step::Kind::end ? 0 : -1;
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  return command == BIO_CTRL_FLUSH;
}

// Ours and not BIO_s_socket, which writes with a signal and counts nothing.
BIO_METHOD const* bio_method() {
  static BIO_METHOD const* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "rampart");
    if (!made) throw std::runtime_error("OpenSSL cannot make a BIO method");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

std::string last_reason() {
  unsigned long const code = ERR_peek_last_error();
  if (code == 0) return "the connection was closed";
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

// The name to verify: a certificate names addresses in a field of their own, and SNI has none.
bool set_host(SSL* ssl, std::string const& host) {
  boost::system::error_code ec;
  boost::asio::ip::make_address(host, ec);
  if (!ec) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}
}  // namespace

TlsSession::TlsSession(TlsContext const& context, RawSocket& socket, std::string const& host)
    : ssl_(SSL_new(context.get())) {
  BIO* const bio = ssl_ ? BIO_new(bio_method()) : nullptr;
  if (!bio || !set_host(ssl_, host)) {
    BIO_free(bio);
    SSL_free(ssl_);
    throw std::runtime_error("OpenSSL cannot make a TLS connection");
  }
  BIO_set_data(bio, &socket);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_connect_state(ssl_);
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

Step TlsSession::step(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_NONE:
      return {Step::Kind::progress, static_cast<std::size_t>(result)};
    case SSL_ERROR_WANT_READ:
      return {Step::Kind::wants_read};
    case SSL_ERROR_WANT_WRITE:
      return {Step::Kind::wants_write};
    case SSL_ERROR_ZERO_RETURN:
      return {Step::Kind::end};
    default:
      break;
  }
  broken_ = true;
  long const verdict = SSL_get_verify_result(ssl_);
  if (!SSL_is_init_finished(ssl_) && verdict != X509_V_OK)
    return {
        Step::Kind::failed, 0,
        std::string("its certificate is not accepted: ") + X509_verify_cert_error_string(verdict)};
  // An end without TLS's own goodbye is a cut, which may have been made by anybody.
  return {Step::Kind::failed, 0, last_reason()};
}

Step TlsSession::handshake() {
  ERR_clear_error();
  Step made = step(SSL_do_handshake(ssl_));
  made.bytes = 0;
  return made;
}

Step TlsSession::read(char* to, std::size_t size) {
  ERR_clear_error();
  constexpr std::size_t most = std::numeric_limits<int>::max();
  return step(SSL_read(ssl_, to, static_cast<int>(std::min(size, most))));
}

Step TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  constexpr std::size_t most = 1 << 20;
  return step(SSL_write(ssl_, bytes.data(), static_cast<int>(std::min(bytes.size(), most))));
}

void TlsSession::say_goodbye() {
  if (broken_ || !SSL_is_init_finished(ssl_)) return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

}  // namespace rampart::net
