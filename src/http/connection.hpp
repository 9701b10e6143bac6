// One client connection: a coroutine that reads, lets answer and writes one request after the
// other, and one wait for incoming bytes that is armed all the time. Whatever happens sets a flag
// here and wakes the coroutine, which looks at the flags; so there is one writer, one waiter and no
// race. Loop thread only.
#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/wake.hpp"
#include "http/shard.hpp"
#include "http/stream.hpp"
#include "http/workspace.hpp"

namespace rampart::http {

class Connection final : public Managed, private StreamEvents {
 public:
  using Pointer = boost::intrusive_ptr<Connection>;

  Connection(std::shared_ptr<Shard> shard, std::unique_ptr<Stream> stream, std::string peer,
             SocketCount count);

  /// The connection's life. It keeps itself until every wait has returned.
  static Task<void> run(Pointer self);
  boost::asio::cancellation_signal& signal() { return signal_; }

  void close_if_idle() override;
  void notice_drain() override;
  void cancel_all() override;
  void cancel_of(ClientRef const& client) override;
  void abandon() override { resume_.abandon(); }

 private:
  friend class LiveExchange;
  enum class Phase { fresh, idle, head, body, handling, lingering, closed };
  enum class Next {
    wait,   // for whatever comes
    serve,  // a request is complete
    send,   // there are bytes to send before reading on
    end,    // send what there is and close
    close,  // nothing more can be said
  };

  void on_readable() override;
  void on_writable() override;

  // Reading (connection_read.cpp)
  Next advance();
  Next read_socket();
  Next take_in(std::string_view bytes);
  Next parse(std::string_view bytes, std::size_t& used);
  Next parse_pending();
  std::optional<Next> on_head();
  Next refuse(Refused why);
  Next answer_and_end(Response const& response);
  Next on_timeout();
  Next settle();
  void arm_read();
  void read_ahead();
  void tell_gone();
  std::string_view pending() const { return std::string_view(pending_).substr(pending_at_); }

  // Answering and writing (connection.cpp)
  LiveExchange& begin_exchange();
  void finish_exchange(std::exception_ptr const& error);
  void end_exchange();
  void cancel_handler();
  void repeat_every_sweep();
  void on_sweep();
  void send_now();
  Task<bool> send_rest(bool also_to_the_gone);
  Task<void> linger();
  void discard_input();
  void close();
  void arm(base::Steady::time_point at);
  void arm(std::chrono::milliseconds after);
  void disarm();
  Workspace& work();
  bool all_sent() const { return !work_ || work_->sent == work_->out.size(); }
  bool gone() const { return ended_ || hung_up_ || broken_ || cancelled_; }
  bool draining() const;
  std::string_view client_address() const;
  std::chrono::milliseconds idle_time() const;

  std::shared_ptr<Shard> shard_;
  std::unique_ptr<Stream> stream_;
  std::string peer_;
  ClientRef client_;  // of the request that is being read or answered
  SocketCount count_;
  async::Wake resume_;
  async::Deadline deadline_;
  std::unique_ptr<async::Deadline> every_sweep_;  // only while there is something to repeat
  boost::asio::cancellation_signal signal_;
  std::unique_ptr<Workspace> work_;  // null while idle
  std::string pending_;              // bytes read and not parsed yet
  std::size_t pending_at_ = 0;       // where they begin
  std::size_t body_mark_ = 0;        // bytes of the request when its body last made progress
  Phase phase_ = Phase::fresh;
  bool read_armed_ = false;
  bool write_armed_ = false;
  bool pending_fresh_ = false;  // pending bytes that the parser has not seen
  bool ended_ = false;          // read to the peer's end
  bool hung_up_ = false;        // the peer's end is there, behind bytes that were not read
  bool broken_ = false;         // nothing can be sent any more
  bool cancelled_ = false;      // by cancel_all
  bool cancelling_ = false;     // this exchange's handler is to end
  bool timed_out_ = false;      // deadline_ has passed
  bool had_request_ = false;
  bool close_when_idle_ = false;
  bool owes_continue_ = false;  // the client waits for "100 Continue" before it sends the body
  bool ending_ = false;         // close after what is in work_->out
  bool polite_ = false;         // and linger, because the peer may still be sending
};

}  // namespace rampart::http
