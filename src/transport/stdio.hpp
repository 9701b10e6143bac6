// MCP over standard input and output: one JSON message a line, both eras in one process.
#pragma once
#include <functional>
#include <map>
#include <memory>

#include "base/rejection.hpp"
#include "protocol/envelope.hpp"
#include "server/dispatcher.hpp"
#include "transport/line_io.hpp"

namespace rampart::transport {

struct StdioOptions {
  int in = 0;
  int out = 1;
  LineLimits lines = {};
  std::size_t max_batch = 100;      ///< messages of a JSON-RPC batch
  std::size_t max_waiting = 1'024;  ///< lines read but not yet handled; beyond it reading pauses
  base::Rejected rejected = {};     ///< told of what is refused before its method is looked at
};

/// Loop thread, except where said. Modern requests are served statelessly; `initialize` opens the
/// one legacy session of the process.
class StdioTransport {
 public:
  StdioTransport(server::Dispatcher& dispatcher, async::Loop& loop, StdioOptions options);
  ~StdioTransport();

  /// `ended` runs on the loop when the input has ended. Running calls go on.
  void start(std::function<void()> ended);
  /// Reads no more. Any thread but the reader's.
  void stop_reading();
  /// Returns when everything queued so far has been written, or the peer is gone. Any thread but
  /// the writer's.
  void flush();

 private:
  class CallChannel;
  class SessionChannel;

  void on_line(std::string line);
  void on_message(Node message);
  void on_request(protocol::Envelope const& envelope, std::shared_ptr<server::Channel> channel);
  void on_modern(protocol::Envelope const& envelope, std::shared_ptr<server::Channel> channel);
  void on_initialize(protocol::Envelope const& envelope, std::shared_ptr<server::Channel> channel);
  void on_legacy(protocol::Envelope const& envelope, std::shared_ptr<server::Channel> channel);
  void on_batch(Node messages);
  bool is_running(protocol::RequestId const& id) const;
  void forget_ended(protocol::RequestId const& id);
  void on_notification(protocol::Envelope const& envelope);
  void answer_error(protocol::RequestId const& id, Error const& error,
                    base::Rejection why = base::Rejection::parse);
  server::Incoming incoming(protocol::RequestMeta const& meta,
                            std::shared_ptr<server::Channel> channel);

  server::Dispatcher& dispatcher_;
  async::Loop& loop_;
  StdioOptions const options_;
  std::shared_ptr<LineWriter> writer_;
  std::shared_ptr<server::Session> session_;
  std::map<protocol::RequestId, std::weak_ptr<server::Call>>
      modern_;                  ///< running, for cancellation
  std::size_t line_bytes_ = 0;  ///< of a batch: the message's, without white space
  std::string_view line_;       ///< being read; empty in a batch

  std::mutex mutex_;
  std::condition_variable handled_;
  std::size_t waiting_ = 0;
  bool stopping_ = false;
  std::unique_ptr<LineReader> reader_;
};

}  // namespace rampart::transport
