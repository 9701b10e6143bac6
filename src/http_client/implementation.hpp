// What a Client is inside: its kept connections and the requests that wait, which it can all
// interrupt.
#pragma once
#include <boost/intrusive/list.hpp>
#include <memory>

#include "http_client/client.hpp"
#include "http_client/exchange.hpp"
#include "http_client/idle_wires.hpp"
#include "net/connect.hpp"

namespace rampart::http_client {

class Client::Implementation : public std::enable_shared_from_this<Client::Implementation> {
 public:
  Implementation(async::Loop& loop, Resolver& resolver, TlsContext const* tls, Url url,
                 ClientLimits limits);
  Implementation(Implementation const&) = delete;
  Implementation& operator=(Implementation const&) = delete;

  /// The client goes: whoever waits is interrupted. Coroutines may hold this a little longer.
  void shut();
  std::shared_ptr<Waiter> new_waiter();
  Task<Answer> send(Request request, base::Steady::time_point deadline,
                    std::shared_ptr<Waiter> waiter);
  /// When the end of its response was reached.
  void give_back(Exchange& exchange);
  Url const& url() const { return url_; }
  std::size_t idle_connections() const { return idle_.size(); }

 private:
  Task<Answer> exchange(std::shared_ptr<std::string const> text, base::Steady::time_point deadline,
                        std::shared_ptr<Waiter> waiter);
  Task<Result<std::shared_ptr<Wire>>> fresh_wire(base::Steady::time_point deadline,
                                                 std::shared_ptr<Waiter> waiter);

  using Waiters = boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>>;

  async::Loop& loop_;
  TlsContext const* const tls_;
  Url const url_;
  net::Route const route_;
  ClientLimits const limits_;
  IdleWires idle_;
  Waiters waiters_;
  bool shut_ = false;
};

}  // namespace rampart::http_client
