// The bytes under a connection: a plain socket today, TLS on the same socket later. Loop thread
// only.
#pragma once
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <string_view>

namespace rampart::http {

/// Who is told that a stream is ready.
class StreamEvents {
 public:
  /// The next read_some will say what there is: bytes, the end or an error. Called at the top of a
  /// turn.
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;

 protected:
  ~StreamEvents() = default;
};

class Stream {
 public:
  virtual ~Stream() = default;
  /// Reads what is there, never waits: bytes read, or an error: would_block, eof, or what broke the
  /// connection. Fewer bytes than asked for mean that there are no more right now.
  virtual std::size_t read_some(char* to, std::size_t size, boost::system::error_code& ec) = 0;
  /// Sends what the kernel takes, never waits.
  virtual std::size_t write_some(std::string_view bytes, boost::system::error_code& ec) = 0;
  /// Calls on_readable once, in a later turn, as soon as a read would not block. At most one wait
  /// at a time.
  virtual void wait_read(StreamEvents& events) = 0;
  virtual void wait_write(StreamEvents& events) = 0;
  /// True if the peer has ended its side, even behind bytes that nobody has read yet.
  virtual bool peer_hung_up() = 0;
  /// Ends our side; the peer sees the end after the last byte sent.
  virtual void shutdown_send() = 0;
  /// Armed waits end without a call, as they do when the stream is destroyed. May be repeated.
  virtual void close() = 0;
};

}  // namespace rampart::http
