// The Exchange of a real connection: renders the answer into the connection's outgoing bytes.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "http/exchange.hpp"
#include "http/exchange_waker.hpp"
#include "http/response_writer.hpp"

namespace rampart::http {

class Connection;

/// Part of its connection, reset for each request. Loop thread only.
class LiveExchange final : public Exchange, public Wakeable {
 public:
  explicit LiveExchange(Connection& connection);
  ~LiveExchange() override;
  LiveExchange(LiveExchange const&) = delete;
  LiveExchange& operator=(LiveExchange const&) = delete;

  Head const& head() const override;
  std::string& body() override;
  std::string_view client_address() const override;
  ClientRef const& client() const override;
  async::Loop& loop() override;
  void add_headers(HeaderLines lines) override;
  void respond(Response response) override;
  void begin_stream(int status, std::string_view content_type, HeaderLines headers) override;
  void write(std::string_view bytes) override;
  Task<bool> flush() override;
  Task<Woken> wait(base::Steady::time_point until) override;
  std::shared_ptr<Waker> waker() override;
  bool peer_gone() const override;
  bool draining() const override;
  void cancel() override;
  void on_peer_gone(std::function<void()> told) override;
  void forget_request() override;
  std::size_t bytes_in() const override { return bytes_in_; }
  std::size_t bytes_out() const override { return bytes_out_; }

  void on_wake() override;

  // For the connection:
  /// The handler has returned, or thrown if `failed`: completes the answer.
  void finish(bool failed);
  /// The connection ends after this answer.
  bool closes() const { return closes_; }
  bool keep_alive() const { return keep_alive_; }
  void notify();
  /// The peer's end is to be told (again, by a server that cancels).
  void peer_ended();

 private:
  enum class Answer { none, whole, stream };
  bool replaceable() const;
  void append(ResponseHead const& head, std::string_view body);
  void take_whole(ResponseHead const& head, std::string body);

  Connection& connection_;
  std::shared_ptr<ExchangeWaker> waker_;
  std::function<void()> told_gone_;
  HeaderLines added_;
  std::size_t const bytes_in_;
  std::size_t bytes_out_ = 0;
  unsigned flushes_ = 0;
  Answer answer_ = Answer::none;
  Framing framing_ = Framing::length;
  bool const is_head_request_;  // these are asked for after the request was forgotten too
  bool const is_http_1_1_;
  bool const keep_alive_;
  bool closes_ = false;
  bool woken_ = false;
  bool gone_to_tell_ = false;
};

}  // namespace rampart::http
