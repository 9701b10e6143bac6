#include "server/call.hpp"

#include "json/write.hpp"
#include "server/dispatcher.hpp"

namespace rampart::server {
namespace {

RedisState redis_state(ResultCache const& cache) {
  auto const* const shared = cache.shared();
  if (!shared) return RedisState::not_configured;
  return shared->up() ? RedisState::connected : RedisState::disconnected;
}

CallFacts facts_of(Incoming& incoming, Services const& services) {
  CallFacts facts;
  facts.version = incoming.version;
  facts.request_id = std::move(incoming.request_id);
  facts.principal = std::move(incoming.principal);
  facts.capabilities = incoming.meta.capabilities;
  facts.trace = std::move(incoming.meta.trace);
  facts.progress_token = std::move(incoming.meta.progress_token);
  facts.log_level = incoming.meta.log_level;
  facts.server_name = services.registry.info().name;
  facts.redis = redis_state(services.cache);
  if (services.server_log) facts.server_log = &services.server_log;
  facts.third_party_meta = std::move(incoming.meta.third_party);
  if (incoming.session) facts.session_id = incoming.session->id;
  return facts;
}

/// Of a request that nobody waits for.
class NoChannel final : public Channel {
 public:
  void message(std::string) override {}
  void reply(Reply) override {}
  bool can_stream() const override { return false; }
};

}  // namespace

Call::Call(Dispatcher& dispatcher_, Incoming&& incoming, protocol::RequestId id_,
           protocol::MethodRow const& method_)
    : dispatcher(dispatcher_),
      loop(*incoming.loop),
      version(incoming.version),
      id(std::move(id_)),
      method(method_),
      endpoint(incoming.endpoint),
      session(incoming.session),
      who(std::move(incoming.who)),
      rate_identity(std::move(incoming.rate_identity)),
      client_address(std::move(incoming.client_address)),
      bytes_in(incoming.bytes_in),
      started(loop.now()),
      state(std::make_shared<CallState>([&] { return facts_of(incoming, dispatcher.services); },
                                        std::move(incoming.channel),
                                        started + dispatcher.options.request_timeout)),
      deadline_([this] { cancel(CancelReason::deadline); }),
      again_([this] { lingers_ ? linger() : keep_cancelling(); }) {}

Call::~Call() = default;

std::shared_ptr<Call> Call::again() const {
  auto const& facts = state->facts;
  Incoming incoming;
  incoming.loop = &loop;
  incoming.version = version;
  incoming.meta.capabilities = facts.capabilities;
  incoming.channel = std::make_shared<NoChannel>();
  incoming.principal = facts.principal;
  incoming.who = who;
  incoming.rate_identity = rate_identity;
  incoming.endpoint = endpoint;
  auto out = std::make_shared<Call>(dispatcher, std::move(incoming), id, method);
  out->name = name;
  out->tool_number = tool_number;
  out->arguments = arguments;
  return out;
}

void Call::arm(base::Steady::duration limit) {
  auto const at = loop.now() + limit;
  state->deadline = at;
  loop.arm(deadline_, at);
}

void Call::run(Work work) {
  work_ = std::move(work);
  execute();
}

void Call::execute() {
  if (finished_) return;
  state->begin_round();
  if (work_.task) return execute_task();
  if (!work_.quick) return execute_on_pool();
  Context context(state);
  async::Occupation::Scope const scope(loop.occupation(), name);
  completed(dispatcher.guarded(*this, work_.plain, context));
}

void Call::execute_on_pool() {
  hold();
  arm(dispatcher.options.request_timeout);
  bool const accepted = dispatcher.services.workers.submit([self = shared_from_this()] {
    Context context(self->state);
    auto outcome = self->dispatcher.guarded(*self, self->work_.plain, context);
    self->loop.post([self, outcome = std::move(outcome)] { self->completed(outcome); });
  });
  if (!accepted)
    refuse(Error(Errc::overloaded, "all workers are busy and their queue is full"), 503,
           std::chrono::seconds(1));
}

void Call::execute_task() {
  hold();
  arm(work_.limit.value_or(dispatcher.options.request_timeout));
  task_running_ = true;
  auto body = [](std::shared_ptr<Call> self) -> Task<void> {
    Context context(self->state);
    Result<Rendered> outcome = fail(Errc::internal, "internal error");
    std::exception_ptr thrown;
    try {
      outcome = co_await self->work_.task(context);
    } catch (...) {
      thrown = std::current_exception();
    }
    self->task_running_ = false;
    if (thrown) outcome = self->dispatcher.contain(*self, thrown);
    self->completed(std::move(outcome));
  };
  // The signal is looked at a little longer than the coroutine lives, so the call stays until then.
  async::spawn(loop, dispatcher.tasks(loop), "handler", body(shared_from_this()), &signal_,
               [self = shared_from_this()] {});
}

void Call::completed(Result<Rendered> outcome) {
  if (finished_ && !lingers_) return;
  if (outcome_hook_) std::exchange(outcome_hook_, nullptr)(outcome);
  if (finished_) return;
  tell_failure(outcome);
  if (outcome) return succeed(std::move(*outcome));
  if (outcome.error().code == Errc::needs_input) return ask_client();
  refuse(outcome.error());
}

/// What the author wanted only the log to see.
void Call::tell_failure(Result<Rendered> const& outcome) const {
  auto const& tell = dispatcher.services.on_failure;
  if (!tell || !state->upstream.empty()) return;
  Error const* const error = outcome ? outcome->failure.get() : &outcome.error();
  if (error && !error->detail.empty()) tell(*this, *error);
}

void Call::succeed(Rendered rendered) {
  if (finished_) return;
  Reply reply;
  reply.status = rendered.is_error ? protocol::Status::tool_error : protocol::Status::success;
  reply.json = result_json(std::move(rendered), "complete");
  finish(std::move(reply));
}

/// The result's JSON around its members, which a large one keeps where they are: fresh memory costs
/// more than moving them up.
std::string Call::result_json(Rendered rendered, std::string_view result_type) const {
  std::string head;
  head.reserve(64);
  head += R"({"jsonrpc":"2.0","id":)";
  id.append(head);
  head += R"(,"result":{)";
  std::string out = std::move(rendered.members);
  out.reserve(head.size() + out.size() + 256);
  out.insert(0, head);
  auto comma = [&out] {
    if (out.back() != '{') out += ',';
  };
  if (rendered.hints) {
    std::string hints;
    protocol::append_cache_hints(hints, *rendered.hints, version);
    if (!hints.empty()) comma();
    out += hints;
  }
  if (protocol::has_result_type(version)) {
    comma();
    out += R"("resultType":")";
    out += result_type;
    out += R"(","_meta":{"io.modelcontextprotocol/serverInfo":)";
    out += dispatcher.services.registry.info_json(version);
    if (!rendered.meta.empty()) (out += ',') += rendered.meta;
    out += '}';
  } else if (!rendered.meta.empty()) {
    comma();
    ((out += R"("_meta":{)") += rendered.meta) += '}';
  }
  out += "}}";
  return out;
}

void Call::refuse(Error const& error, std::optional<int> http_status,
                  std::optional<std::chrono::milliseconds> retry_after) {
  if (finished_) return;
  auto const& row = protocol::row(error.code);
  Reply reply;
  protocol::append_error(reply.json, id, error, version);
  // Older revisions know errors in-band only; those that end before the method keep their status.
  bool const limit = error.code == Errc::rate_limited || error.code == Errc::overloaded ||
                     error.code == Errc::circuit_open;
  reply.http_status = http_status.value_or(modern() || limit ? row.http_status : 200);
  reply.status = row.status;
  reply.code = protocol::json_rpc_code(error, version);
  reply.error = error.code;
  reply.retry_after = retry_after ? retry_after : error.retry_after;
  finish(std::move(reply));
}

void Call::cancel(CancelReason reason) {
  if (finished_) return;
  bool const client_left = reason != CancelReason::deadline && reason != CancelReason::drain;
  lingers_ = client_left && outcome_hook_ && wanted_();
  lingers_ ? linger() : stop_run();
  if (reason == CancelReason::deadline) {
    withdraw_questions();
    auto const limit =
        std::chrono::duration_cast<std::chrono::seconds>(state->deadline.load() - started);
    return refuse(Error(Errc::deadline, "the call passed its time limit of " +
                                            std::to_string(limit.count()) + " s"));
  }
  Reply reply;
  reply.status = protocol::Status::cancelled;
  reply.error = Errc::cancelled;
  reply.code = protocol::row(Errc::cancelled).modern_code;
  if (method.method == protocol::Method::subscriptions_listen && reason == CancelReason::drain)
    reply = Reply{
        result_json(Rendered{{}, false, R"("io.modelcontextprotocol/subscriptionId":)" + id.text()},
                    "complete")};
  finish(std::move(reply));
}

void Call::stop_run() {
  state->stop.request_stop();
  keep_cancelling();
  if (work_.plain && !work_.quick && awaited_ == 0)
    dispatcher.abandoned.fetch_add(1, std::memory_order_relaxed);
}

/// Who wants its outcome may leave, too.
void Call::linger() {
  if (!outcome_hook_) return;  // it has ended
  if (wanted_()) return loop.arm(again_, loop.now());
  lingers_ = false;
  outcome_hook_ = nullptr;
  stop_run();
}

// A cancellation that arrives between two awaits of the handler is lost, so it is repeated until it
// ends.
void Call::keep_cancelling() {
  if (!task_running_) return;
  auto const self = shared_from_this();
  signal_.emit(boost::asio::cancellation_type::terminal);
  if (task_running_) loop.arm(again_, loop.now());
}

void Call::hold() {
  if (std::exchange(holding_, true)) return;
  dispatcher.entered(*this);
}

void Call::wait(std::optional<std::chrono::milliseconds> limit) {
  hold();
  arm(limit.value_or(dispatcher.options.request_timeout));
}

void Call::finish(Reply reply) {
  if (std::exchange(finished_, true)) return;
  auto const self = shared_from_this();
  deadline_.disarm();
  if (hook_) hook_(reply);
  if (!lingers_) outcome_hook_ = nullptr;
  if (session) {
    if (holds_id) session->end(id);  // a refused twin must not free the id of the first
    if (!outstanding_.empty()) session->forget(outstanding_);
  }
  auto& stages = dispatcher.services.pipeline;
  while (stages_entered > 0) stages[--stages_entered]->leave(*this, reply);
  state->channel->reply(std::move(reply));
  if (holding_) dispatcher.left(*this);
}

}  // namespace rampart::server
