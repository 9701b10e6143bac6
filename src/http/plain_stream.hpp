// The Stream that is a TCP socket and nothing else.
#pragma once
#include <memory>

#include "async/poller.hpp"
#include "base/file_descriptor.hpp"
#include "http/stream.hpp"

namespace rampart::http {

class PlainStream final : public Stream, private async::Poller::Source {
 public:
  /// The socket is non-blocking already.
  PlainStream(std::shared_ptr<async::Poller> poller, base::FileDescriptor socket);
  ~PlainStream() { close(); }
  PlainStream(PlainStream const&) = delete;
  PlainStream& operator=(PlainStream const&) = delete;

  std::size_t read_some(char* to, std::size_t size, boost::system::error_code& ec) override;
  std::size_t write_some(std::string_view bytes, boost::system::error_code& ec) override;
  void wait_read(StreamEvents& events) override;
  void wait_write(StreamEvents& events) override;
  bool peer_hung_up() override;
  void shutdown_send() override;
  void close() override;

 private:
  void on_ready(std::uint32_t events) override;

  std::shared_ptr<async::Poller> poller_;
  base::FileDescriptor socket_;
  StreamEvents* reader_ = nullptr;  // who waits
  StreamEvents* writer_ = nullptr;
  bool drained_ = true;        // nothing is unread that has been reported
  bool end_reported_ = false;  // the peer's end or an error stands behind what is unread
};

}  // namespace rampart::http
