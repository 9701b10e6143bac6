#include "upstream/run.hpp"

#include <charconv>

#include "base/random.hpp"
#include "json/slice.hpp"
#include "protocol/error_codes.hpp"

namespace rampart::upstream {
namespace {

policy::Backoff::Options backoff_options(config::Upstream::Retry const& config) {
  policy::Backoff::Options options;
  options.attempts = static_cast<std::uint32_t>(config.attempts);
  options.min = config.min;
  options.max = config.max;
  return options;
}

/// The code of a JSON-RPC error object.
int code_of(std::string_view error) {
  auto const members = json::slice_valid_object(error);
  auto const code = members ? members->find("code") : std::nullopt;
  int out = 0;
  if (code) std::from_chars(code->data(), code->data() + code->size(), out);
  return out;
}

/// Does this error say that the upstream is unwell, rather than that the request was wrong?
bool is_fault(Event const& event) {
  return code_of(event.json) == protocol::code::internal_error || event.http_status >= 500;
}

}  // namespace

Run::Run(std::shared_ptr<Upstream> upstream, Caller caller, Request request, Repeatable repeatable)
    : upstream_(std::move(upstream)),
      caller_(std::move(caller)),
      request_(std::move(request)),
      repeatable_(repeatable),
      lane_(upstream_->lane(request_.method == "tools/call" ? request_.name : std::string_view())),
      backoff_(backoff_options(lane_.retry)),
      started_(upstream_->loop().now()),
      latest_(started_ + lane_.timeouts.call_max),
      limit_([this] { time_out(); }) {
  upstream_->retry_budget().on_request(started_);
}

Run::~Run() { end(Outcome::ignored); }

void Run::time_out() {
  timed_out_ = true;
  exchange_->cancel("time limit");
}

void Run::arm() {
  auto const next = upstream_->loop().now() + lane_.timeouts.call;
  applied_ = next < latest_ ? lane_.timeouts.call : lane_.timeouts.call_max;
  upstream_->loop().arm(limit_, std::min(next, latest_));
}

void Run::pause() {
  limit_.disarm();
  // A question is an answer, too: a person's time must not keep other probes waiting.
  if (admission_ && admission_->is_probe())
    lane_.circuit->record(*std::exchange(admission_, std::nullopt), Outcome::success);
  asked_ = true;
  if (!paused_) paused_ = upstream_->loop().now();
}

void Run::answer(std::string const& question, std::string const& json, bool is_error) {
  if (!exchange_) return;
  exchange_->answer(question, json, is_error);
  if (exchange_->open_questions() > 0 || !paused_) return;
  latest_ += upstream_->loop().now() - *paused_;
  paused_.reset();
  arm();
}

/// Gives everything back.
void Run::end(Outcome outcome) {
  limit_.disarm();
  if (admission_) {
    // All calls in flight at one death have one cause.
    bool const died = lease_ && lease_->connection->ending() && outcome == Outcome::failure;
    lane_.circuit->record(*std::exchange(admission_, std::nullopt), outcome,
                          died ? lease_->number : 0);
  }
  // A wait that was cancelled leaves the request in flight: nobody will read its answer.
  if (exchange_ && !exchange_->ended()) exchange_->cancel("the caller left");
  exchange_.reset();
  lease_ = Lease();
  place_ = Bulkhead::Place();
  own_place_ = Bulkhead::Place();
}

Error Run::circuit_open(std::chrono::milliseconds retry_after) {
  lane_.circuit->blocked();
  Error error(Errc::circuit_open, lane_.what + " failed too often and is given time to recover");
  error.retry_after = retry_after;
  return error;
}

Task<Result<void>> Run::begin(std::stop_token stop) {
  auto& loop = upstream_->loop();
  // Nobody waits for a place only to hear that the circuit is open.
  if (auto const wait = lane_.circuit->closed_to_calls_for())
    co_return Failure(circuit_open(*wait));
  auto const patience = std::min(latest_, started_ + lane_.timeouts.call);
  // The tool's own place comes first: those who wait for it take nothing from other tools.
  if (lane_.places) {
    auto own = co_await lane_.places->enter(patience, stop);
    if (!own) co_return Failure(own.error());
    own_place_ = std::move(*own);
  }
  auto place = co_await upstream_->bulkhead().enter(patience, stop);
  if (!place) co_return Failure(place.error());
  place_ = std::move(*place);
  auto lent = co_await upstream_->lease(caller_, patience, stop);
  if (!lent) co_return Failure(lent.error());
  lease_ = std::move(*lent);
  if (request_.capabilities.roots && lease_->connection->unheard()) {
    co_await lease_->connection->hear_out();
    if (stop.stop_requested()) co_return fail(Errc::cancelled, "withdrawn");
  }
  auto const admission = lane_.circuit->try_acquire();
  if (!admission.admitted()) co_return Failure(circuit_open(admission.retry_after));
  admission_ = admission;
  version_ = lease_->greeting().version;
  sent_ = loop.now();
  exchange_ = lease_->connection->request(request_);
  arm();
  co_return Result<void>();
}

/// True when the call goes out once more.
Task<bool> Run::wait_to_retry(std::stop_token stop) {
  auto& loop = upstream_->loop();
  // The failure that opened the circuit says more than that it is open.
  if (lane_.circuit->closed_to_calls_for()) co_return false;
  auto const pause = backoff_.next(loop.now(), latest_, base::random_u64());
  if (!pause || !upstream_->retry_budget().try_retry(loop.now())) co_return false;
  async::Condition never(loop);
  auto const until = loop.now() + *pause;
  while (loop.now() < until && !stop.stop_requested()) co_await never.wait(until);
  if (stop.stop_requested()) co_return false;
  upstream_->meters().retries.add();
  co_return true;
}

Error Run::failure_of(Event const& event) const {
  auto const& name = upstream_->name();
  if (timed_out_) {
    auto const limit = std::chrono::duration_cast<std::chrono::seconds>(applied_);
    return Error(Errc::deadline, "upstream " + name + " did not answer within its time limit of " +
                                     std::to_string(limit.count()) + " s");
  }
  if (event.failure.code == Errc::cancelled) return event.failure;
  if (!event.sent || repeatable_ == Repeatable::yes)
    return Error(Errc::unavailable,
                 "upstream " + name + " is not available: " + event.failure.message,
                 event.failure.detail);
  // A status stands for an answer that says nothing about the call.
  std::string_view const what =
      event.http_status != 0
          ? " gave no usable answer to a call that it may have carried out ("
          : " was lost after it may have received the call and before it answered (";
  return Error(
      Errc::delivery_unknown,
      "delivery unknown: upstream " + name + std::string(what) + event.failure.message + ")",
      event.failure.detail, R"({"delivery":"unknown"})");
}

/// What the end says about how many calls the upstream bears. An error may be quick because nothing
/// was done, and a call that waited for a person took that person's time.
void Run::teach(Event const& end, base::Steady::duration took) {
  auto& places = upstream_->bulkhead();
  if (timed_out_ || end.http_status == 429 || end.http_status == 503)
    return places.overloaded(sent_);
  if (end.kind == Event::Kind::result && !asked_)
    places.answered(request_.method == "tools/call" ? request_.name : request_.method, took);
}

Event Run::ended_by(Event event) {
  auto const took = upstream_->loop().now() - sent_;
  bool const answered = event.kind == Event::Kind::result || event.kind == Event::Kind::error;
  auto outcome = Outcome::success;
  if (event.kind == Event::Kind::error && is_fault(event)) outcome = Outcome::failure;
  if (event.kind == Event::Kind::broken) {
    outcome = timed_out_ ? Outcome::timeout : Outcome::failure;
    if (!timed_out_ && event.failure.code == Errc::cancelled) outcome = Outcome::ignored;
  }
  if (answered) {
    upstream_->meters().response_time(request_.method, took);
    lease_->answered = true;
  }
  upstream_->called(*lease_, answered);
  if (timed_out_) upstream_->timed_out(lease_.instance());
  teach(event, took);
  end(outcome);
  return event;
}

Task<Event> Run::next(std::stop_token stop) {
  for (;;) {
    if (!exchange_) {
      auto begun = co_await begin(stop);
      if (!begun) {
        end(Outcome::ignored);
        ended_ = true;
        Event refused;
        refused.failure = begun.error();
        refused.sent = false;
        co_return refused;
      }
    }
    auto event = co_await exchange_->next();
    if (stop.stop_requested() && !event.final()) continue;
    if (event.kind == Event::Kind::progress && !paused_) arm();
    if (!event.final()) co_return event;
    // What was lost may be tried again; what was answered, withdrawn or late is over.
    bool const lost = event.kind == Event::Kind::broken && !timed_out_ && !stop.stop_requested() &&
                      event.failure.code != Errc::cancelled;
    if (event.kind == Event::Kind::broken) event.failure = failure_of(event);
    auto const failure = event.failure;
    bool const may_repeat = !event.sent || repeatable_ == Repeatable::yes;
    event = ended_by(std::move(event));
    bool again = false;
    if (lost && may_repeat) again = co_await wait_to_retry(stop);
    if (again) continue;
    ended_ = true;
    co_return event;
  }
}

}  // namespace rampart::upstream
