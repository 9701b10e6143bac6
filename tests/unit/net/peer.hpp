// A server of blocking sockets on threads of its own: the test says what each connection does, byte
// by byte.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "unit/net/certificates.hpp"

namespace rampart::net::test {

/// Something that happened on another thread. Waits up to 20 seconds.
class Signal {
 public:
  void set();
  bool wait();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

struct PeerRequest {
  std::string method;  ///< empty: the connection ended instead
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string header(std::string const& name) const;
};

/// One accepted connection, used by the thread that runs its script.
class PeerConnection {
 public:
  PeerConnection(int fd, int index, TlsServer const* tls);
  ~PeerConnection();
  PeerConnection(PeerConnection const&) = delete;
  PeerConnection& operator=(PeerConnection const&) = delete;

  int index() const { return index_; }  ///< connections before this one
  PeerRequest read_request();
  /// Returns at the client's end or reset.
  void wait_end();
  void write(std::string_view bytes);
  void respond(std::string_view status, std::string_view content_type, std::string_view body,
               std::string_view more_headers = {});
  /// The head of a response whose events follow, each as a chunk.
  void begin_stream(std::string_view more_headers = {});
  void chunk(std::string_view bytes);
  void end_stream() { write("0\r\n\r\n"); }
  void close();
  void reset();      ///< RST instead of FIN
  void interrupt();  ///< from another thread: blocking calls end

 private:
  std::string more();
  int fd_;
  int const index_;
  ssl_st* ssl_ = nullptr;
  std::string buffer_;
};

class Peer {
 public:
  using Script = std::function<void(PeerConnection&)>;
  explicit Peer(Script script, TlsServer const* tls = nullptr);
  ~Peer();
  Peer(Peer const&) = delete;
  Peer& operator=(Peer const&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string const& path = "/mcp", std::string const& host = "127.0.0.1") const;
  int accepted() const { return accepted_; }

 private:
  void accept_all();
  Script const script_;
  TlsServer const* const tls_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::mutex mutex_;
  std::list<std::shared_ptr<PeerConnection>> connections_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace rampart::net::test
