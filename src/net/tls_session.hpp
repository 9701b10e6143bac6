// TLS over a RawSocket, as steps that never wait (not asio::ssl::stream, which hangs on two records
// in one segment and costs 75 KB when idle).
#pragma once
#include <memory>
#include <string>

#include "net/raw_socket.hpp"

struct ssl_st;

namespace rampart::net {

class TlsContext;

class TlsSession {
 public:
  /// `socket` stays where it is. `host`, a name or an address, must be what the certificate is for.
  TlsSession(TlsContext const& context, RawSocket& socket, std::string const& host);
  ~TlsSession();
  TlsSession(TlsSession const&) = delete;
  TlsSession& operator=(TlsSession const&) = delete;

  /// Progress once the connection is secured and the certificate found good.
  Step handshake();
  Step read(char* to, std::size_t size);
  Step write(std::string_view bytes);
  /// Tells the peer that no more comes, if that needs no waiting.
  void say_goodbye();

 private:
  Step step(int result);

  ssl_st* ssl_;
  bool broken_ = false;
};

}  // namespace rampart::net
