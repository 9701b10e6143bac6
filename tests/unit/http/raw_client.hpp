// A small blocking HTTP client for tests: raw bytes out, raw bytes in.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rampart::http::test {

/// One answer as it came.
struct Answer {
  int status = 0;                              // 0: no complete answer came
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // chunks joined
  bool complete = false;
};

class RawClient {
 public:
  /// Connects to 127.0.0.1 (or ::1). Reads fail after 10 seconds, so that a broken server fails a
  /// test.
  explicit RawClient(std::uint16_t port, bool ipv6 = false);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  bool connected() const { return fd_ >= 0; }
  /// Sends all of it; false if the connection broke.
  bool send(std::string_view bytes);
  /// Reads one answer; `to_head` for the answer to a HEAD request.
  Answer read_answer(bool to_head = false);
  /// Reads until the end or `text` has arrived; returns everything unread so far.
  std::string read_until(std::string_view text);
  /// Everything up to the end of the connection.
  std::string read_all();
  /// True if the next thing that comes is the end of the connection (in order, or by reset).
  bool at_end();
  /// True if nothing has come yet and the connection is open. Does not wait.
  bool is_silent();

  void half_close();
  void reset();
  void close();
  int fd() const { return fd_; }

 private:
  bool fill();
  int fd_ = -1;
  std::string unread_;
};

/// "GET PATH HTTP/1.1" with a Host and these further header lines ("Name: value\r\n").
std::string get(std::string_view path, std::string_view lines = {});
std::string post(std::string_view path, std::string_view body, std::string_view lines = {});

}  // namespace rampart::http::test
