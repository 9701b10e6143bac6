// The Stream that is a TCP socket and nothing else.
#pragma once
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/stream.hpp"

namespace rampart::http {

class PlainStream final : public Stream {
 public:
  // A concrete executor: each wait is spared the type erasure of any_io_executor.
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;

  /// The socket is non-blocking already.
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  std::size_t read_some(char* to, std::size_t size, boost::system::error_code& ec) override;
  std::size_t write_some(std::string_view bytes, boost::system::error_code& ec) override;
  void wait_read(Events events) override;
  void wait_write(Events events) override;
  bool peer_hung_up() override;
  void shutdown_send() override;
  void close() override;

 private:
  Socket socket_;
};

}  // namespace rampart::http
