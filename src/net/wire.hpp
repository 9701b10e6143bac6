// One connection to a server, plain or TLS: steps that never wait, and a function that is told when
// another step is worth trying. Loop thread only.
#pragma once
#include <boost/asio/generic/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "async/loop.hpp"
#include "net/raw_socket.hpp"
#include "net/tls_session.hpp"

namespace rampart::net {

class Wire : public std::enable_shared_from_this<Wire> {
 public:
  /// TCP or a Unix socket.
  using Endpoint = boost::asio::generic::stream_protocol::endpoint;

  explicit Wire(async::Loop& loop);
  ~Wire();
  Wire(Wire const&) = delete;
  Wire& operator=(Wire const&) = delete;

  /// Begins to connect. wants_write, or failed at once.
  Step open(Endpoint const& to);
  /// After wants_write of open(): progress when connected.
  Step opened();
  /// All bytes from now on are TLS; then handshake() until it makes progress.
  void secure(TlsContext const& context, std::string const& host);
  Step handshake() { return tls_->handshake(); }

  Step read(char* to, std::size_t size);
  Step write(std::string_view bytes);
  /// Bytes that the kernel took, TLS's own included.
  std::uint64_t handed() const { return raw_.handed; }

  /// Whom to tell of readiness; replaces the one before. Empty: nobody.
  void on_ready(std::function<void()> ready) { ready_ = std::move(ready); }
  /// Tells once when `step` can go on. More than one may be awaited.
  void await(Step::Kind step);

  /// True when the server cannot have got any byte beyond the first `handed`: it has ended the
  /// connection in order, and its kernel has acknowledged none of them (Linux counts). A reset
  /// proves nothing: it may have overtaken the acknowledgement of what was read.
  bool none_arrived_after(std::uint64_t handed);

 private:
  using Socket = boost::asio::generic::stream_protocol::socket;

  Socket socket_;
  RawSocket raw_;
  std::optional<TlsSession> tls_;
  std::function<void()> ready_;
  std::uint64_t acknowledged_at_start_ = 0;
  bool awaits_read_ = false;
  bool awaits_write_ = false;
};

}  // namespace rampart::net
