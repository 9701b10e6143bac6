#include "http_client/client.hpp"

#include <algorithm>
#include <charconv>

#include "http_client/ascii.hpp"
#include "http_client/implementation.hpp"
#include "http_client/request_text.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"

namespace rampart::http_client {
namespace {
constexpr auto no_limit = base::Steady::time_point::max();

tl::unexpected<TransferError> failed(Error const& error, bool sent) {
  return tl::unexpected<TransferError>(TransferError{error, sent});
}

// How long the server says it keeps the connection, less a second for what is on its way. It is no
// standard, but nearly every server sends it.
std::chrono::milliseconds idle_limit(ResponseHead const& head, std::chrono::milliseconds ours) {
  std::string_view const parameter = "timeout=";
  std::string_view const text = head.find("Keep-Alive").value_or(std::string_view());
  std::size_t const at = text.find(parameter);
  unsigned seconds = 0;
  if (at == std::string_view::npos) return ours;
  char const* const digits = text.data() + at + parameter.size();
  if (std::from_chars(digits, text.data() + text.size(), seconds).ec != std::errc()) return ours;
  std::chrono::seconds const theirs(std::max(seconds, 1U) - 1);
  return std::min(ours, std::chrono::milliseconds(theirs));
}

class StreamedResponse final : public Response {
 public:
  StreamedResponse(std::shared_ptr<Client::Implementation> const& client,
                   std::shared_ptr<Exchange> exchange)
      : client_(client), exchange_(std::move(exchange)) {}
  ~StreamedResponse() override { StreamedResponse::cancel(); }
  StreamedResponse(StreamedResponse const&) = delete;
  StreamedResponse& operator=(StreamedResponse const&) = delete;

  ResponseHead const& head() const override { return exchange_->reader.head(); }
  Task<Result<std::string>> read() override { return read_on(client_, exchange_); }
  void cancel() override {
    exchange_->waiter->interrupt(Error(Errc::cancelled, "the response was given up"));
  }

 private:
  static Task<Result<std::string>> read_on(std::weak_ptr<Client::Implementation> client,
                                           std::shared_ptr<Exchange> exchange) {
    Result<std::string> bytes = co_await read_body(exchange);
    auto const owner = client.lock();
    if (owner && exchange->reader.done()) owner->give_back(*exchange);
    co_return bytes;
  }

  std::weak_ptr<Client::Implementation> client_;
  std::shared_ptr<Exchange> exchange_;
};
}  // namespace

std::optional<std::string_view> ResponseHead::find(std::string_view name) const {
  for (auto const& [key, value] : headers)
    if (same_ignoring_case(key, name)) return value;
  return std::nullopt;
}

Client::Implementation::Implementation(async::Loop& loop, Resolver& resolver, TlsContext const* tls,
                                       Url url, ClientLimits limits)
    : loop_(loop),
      tls_(tls),
      url_(std::move(url)),
      route_{loop, resolver, url_.tls ? tls : nullptr, url_.host, url_.port, {}},
      limits_(limits),
      idle_(loop, limits.max_idle_connections) {}

void Client::Implementation::shut() {
  shut_ = true;
  idle_.clear();
  while (!waiters_.empty()) {
    Waiter& waiter = waiters_.front();
    waiters_.pop_front();
    waiter.interrupt(Error(Errc::cancelled, "the HTTP client was closed"));
  }
}

std::shared_ptr<Waiter> Client::Implementation::new_waiter() {
  auto waiter = std::make_shared<Waiter>(loop_);
  waiters_.push_back(*waiter);
  return waiter;
}

void Client::Implementation::give_back(Exchange& exchange) {
  if (!exchange.reusable()) return;
  exchange.written = false;  // once only
  exchange.wire->on_ready({});
  if (!shut_) idle_.keep(exchange.wire, idle_limit(exchange.reader.head(), limits_.idle));
}

Task<Result<std::shared_ptr<Wire>>> Client::Implementation::fresh_wire(
    base::Steady::time_point deadline, std::shared_ptr<Waiter> waiter) {
  if (url_.tls && !tls_) co_return fail(Errc::internal, "no TLS context for " + url_.authority());
  auto const by = std::min(deadline, loop_.now() + limits_.connect_timeout);
  co_return co_await net::connect(route_, std::move(waiter), by);
}

Task<Answer> Client::Implementation::send(Request request, base::Steady::time_point deadline,
                                          std::shared_ptr<Waiter> waiter) {
  auto const self = shared_from_this();
  auto text = request_text(request, url_);
  if (!text) co_return failed(text.error(), false);
  auto const shared_text = std::make_shared<std::string const>(std::move(*text));
  waiter->limit(deadline, Error(Errc::deadline, "the server did not answer in time"));
  Answer answer = co_await exchange(shared_text, deadline, waiter);
  waiter->limit(no_limit, Error());
  co_return answer;
}

Task<Answer> Client::Implementation::exchange(std::shared_ptr<std::string const> text,
                                              base::Steady::time_point deadline,
                                              std::shared_ptr<Waiter> waiter) {
  std::shared_ptr<Wire> wire = idle_.take();
  for (;;) {
    bool const kept = wire != nullptr;
    if (!kept) {
      Result<std::shared_ptr<Wire>> made = co_await fresh_wire(deadline, waiter);
      if (!made) co_return failed(made.error(), false);
      wire = std::move(*made);
    }
    auto const exchange =
        std::make_shared<Exchange>(loop_, std::move(wire), waiter, limits_.max_header_bytes);
    Result<void> const done = co_await converse(exchange, text);
    if (done) co_return std::make_unique<StreamedResponse>(shared_from_this(), exchange);
    bool const unseen =
        !exchange->sent() || (kept && !exchange->reader.begun() &&
                              exchange->wire->none_arrived_after(exchange->handed_before));
    if (!kept || !unseen || waiter->interrupted()) co_return failed(done.error(), !unseen);
    wire = nullptr;
  }
}

Client::Client(async::Loop& loop, Resolver& resolver, TlsContext const* tls, Url url,
               ClientLimits limits)
    : implementation_(
          std::make_shared<Implementation>(loop, resolver, tls, std::move(url), limits)) {}

Client::~Client() { implementation_->shut(); }

Url const& Client::url() const { return implementation_->url(); }
std::size_t Client::idle_connections() const { return implementation_->idle_connections(); }

Task<Answer> Client::send(Request request, base::Steady::time_point deadline,
                          std::function<void()>* cancel) {
  auto waiter = implementation_->new_waiter();
  if (cancel)
    *cancel = [weak = std::weak_ptr(waiter)] {
      if (auto const waiting = weak.lock())
        waiting->interrupt(Error(Errc::cancelled, "the request was cancelled"));
    };
  return implementation_->send(std::move(request), deadline, std::move(waiter));
}

}  // namespace rampart::http_client
