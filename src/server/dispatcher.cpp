#include "server/dispatcher.hpp"

#include <array>
#include <charconv>

#include "json/write.hpp"
#include "server/methods.hpp"

namespace rampart::server {
namespace {

// The order is Method's; null where a method is a notification or unknown.
constexpr std::array<methods::Handle, protocol::method_count> handlers{
    nullptr,
    &methods::discover,
    &methods::initialize,
    &methods::ping,
    &methods::list_tools,
    &methods::call_tool,
    &methods::list_resources,
    &methods::list_templates,
    &methods::read_resource,
    &methods::subscribe,
    &methods::unsubscribe,
    &methods::list_prompts,
    &methods::get_prompt,
    &methods::complete,
    &methods::set_log_level,
    &methods::listen,
};

}  // namespace

Dispatcher::Dispatcher(Services services_, DispatcherOptions options_)
    : services(std::move(services_)), options(options_) {
  services.registry.on_change(
      [this](Change change, std::string_view uri) { services.subscriptions.publish(change, uri); });
}

Dispatcher::~Dispatcher() { services.registry.on_change({}); }

std::shared_ptr<Call> Dispatcher::make_call(Incoming&& incoming,
                                            protocol::Envelope const& envelope) {
  auto const& row = protocol::find_method(envelope.method);
  bool const known = protocol::exists_in(row, incoming.version) && !row.notification;
  return std::make_shared<Call>(*this, std::move(incoming), envelope.id,
                                known ? row : protocol::row(protocol::Method::unknown));
}

bool Dispatcher::pass_stages(Call& call) {
  for (auto const& stage : services.pipeline) {
    auto refusal = stage->enter(call);
    ++call.stages_entered;
    if (!refusal) continue;
    call.refuse(refusal->error, {}, refusal->retry_after);
    return false;
  }
  return true;
}

std::shared_ptr<Call> Dispatcher::start(Incoming&& incoming, protocol::Envelope const& envelope) {
  methods::Params const params{envelope.params, incoming.headers, incoming.text};
  bool const own = incoming.self_check;
  auto call = make_call(std::move(incoming), envelope);
  if (!own && !pass_stages(*call)) return call;
  auto const handle = handlers[static_cast<std::size_t>(call->method.method)];
  if (!handle) {
    call->refuse(Error(Errc::method_not_found, "no such method in protocol version " +
                                                   std::string(protocol::name(call->version))));
    return call;
  }
  if (call->session) {
    call->holds_id = call->session->begin(call->id, call);
    if (!call->holds_id) {
      call->refuse(Error(Errc::invalid_request, "a request with this id is still running"), 400);
      return call;
    }
  }
  handle(*call, params);
  return call;
}

void Dispatcher::refuse(Incoming&& incoming, protocol::Envelope const& envelope, Error const& error,
                        int http_status) {
  auto call = make_call(std::move(incoming), envelope);
  if (pass_stages(*call)) call->refuse(error, http_status);
}

void Dispatcher::notification(std::shared_ptr<Session> const& session,
                              protocol::Envelope const& envelope) {
  if (!session) return;
  if (envelope.method == "notifications/roots/list_changed" && on_roots_changed)
    return on_roots_changed(*session);
  if (envelope.method != "notifications/cancelled" || !envelope.params) return;
  auto const node = envelope.params->find("requestId");
  auto const id = node ? protocol::RequestId::read(*node) : std::nullopt;
  auto call = id ? session->running(*id) : nullptr;
  if (!call || call->method.method == protocol::Method::initialize) return;
  auto& loop = call->loop;
  loop.post([call = std::move(call)] { call->cancel(CancelReason::notification); });
}

bool Dispatcher::response(Session& session, protocol::Envelope const& envelope) {
  auto const text = envelope.id.text();
  std::int64_t number = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return false;
  auto expected = session.answered(number);
  auto call = expected ? expected->call.lock() : nullptr;
  if (!call) return false;
  Answer answer{envelope.error ? envelope.error->text() : envelope.result->text(),
                envelope.error.has_value()};
  auto& loop = call->loop;
  loop.post([call = std::move(call), key = std::move(expected->key), answer = std::move(answer)] {
    call->answered(key, answer);
  });
  return true;
}

Result<Rendered> Dispatcher::contain(Call const& call, std::exception_ptr thrown) {
  if (services.on_exception) services.on_exception(call, thrown);
  std::string message = "internal error";
  if (options.error_detail) {
    try {
      std::rethrow_exception(thrown);
    } catch (std::exception const& e) {
      message += ": ";
      message += e.what();
    } catch (...) {
    }
  }
  return fail(Errc::internal, std::move(message));
}

Result<Rendered> Dispatcher::guarded(Call const& call,
                                     std::function<Result<Rendered>(Context&)> const& handler,
                                     Context& context) {
  try {
    return handler(context);
  } catch (...) {
    return contain(call, std::current_exception());
  }
}

void Dispatcher::entered(Call& call) {
  std::lock_guard const lock(mutex_);
  live_.emplace(&call, call.shared_from_this());
  if (call.method.method != protocol::Method::subscriptions_listen) ++running_;
}

void Dispatcher::left(Call& call) {
  std::lock_guard const lock(mutex_);
  live_.erase(&call);
  if (call.method.method != protocol::Method::subscriptions_listen) --running_;
}

async::TaskGroup& Dispatcher::tasks(async::Loop& loop) {
  std::lock_guard const lock(mutex_);
  auto& group = groups_[&loop];
  if (!group) group = std::make_unique<async::TaskGroup>();
  return *group;
}

void Dispatcher::cancel_live(CancelReason reason, bool subscriptions_only) {
  std::vector<std::shared_ptr<Call>> calls;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [key, call] : live_)
      if (!subscriptions_only || call->method.method == protocol::Method::subscriptions_listen)
        calls.push_back(call);
  }
  for (auto& call : calls) {
    auto& loop = call->loop;
    loop.post([call = std::move(call), reason] { call->cancel(reason); });
  }
}

std::size_t Dispatcher::open() const {
  std::lock_guard const lock(mutex_);
  return live_.size();
}

void Dispatcher::end_subscriptions() { cancel_live(CancelReason::drain, true); }
void Dispatcher::cancel_all(CancelReason reason) { cancel_live(reason, false); }

}  // namespace rampart::server
