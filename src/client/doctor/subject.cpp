#include "client/doctor/subject.hpp"

#include "client/text.hpp"
#include "upstream/message.hpp"

namespace rampart::client {

using upstream::Event;

namespace {

Console silent_console() {
  Console console;
  console.out = console.err = [](std::string_view) {};
  return console;
}

}  // namespace

Subject::Subject(async::Loop& loop, upstream::LinkFactory& links, Target const& target,
                 std::string client_version)
    : loop_(loop),
      links_(links),
      target_(target),
      client_version_(std::move(client_version)),
      silent_(silent_console()),
      questions_(silent_, nullptr, {}),
      arrived_(loop) {}

Task<std::optional<Trouble>> Subject::ready() {
  if (session_ && session_->is_open() && !session_->connection().closed()) co_return std::nullopt;
  Session::Hooks hooks;
  hooks.wrap = [this](std::unique_ptr<upstream::Link> link) {
    return std::make_unique<Tap>(std::move(link), traffic_, [this] { arrived_.notify_all(); });
  };
  hooks.error_line = [this](std::string const& line) {
    ++traffic_.error_lines;
    traffic_.error_bytes += line.size() + 1;
  };
  session_ = std::make_unique<Session>(loop_, links_, target_, questions_, silent_, client_version_,
                                       std::move(hooks));
  std::optional<Trouble> trouble = co_await session_->open();
  died_of_probe_ |= session_->died_of_probe();
  // What is known needs no second probe.
  if (!trouble)
    target_.probe =
        session_->greeting().modern() ? upstream::Probe::modern : upstream::Probe::legacy;
  co_return trouble;
}

// Over HTTP what answers need not be JSON-RPC.
bool Subject::ignored_probe() const {
  constexpr std::int64_t first_request = 1;
  return is_command() && !died_of_probe_ && !traffic_.answered.contains(first_request);
}

Task<Reaction> Subject::react(upstream::Request request) {
  request.capabilities = questions_.capabilities();
  auto const began = loop_.now();
  auto const exchange = session_->connection().request(std::move(request));
  bool timed_out = false;
  async::Deadline limit([&timed_out, exchange] {
    timed_out = true;
    exchange->cancel("it took too long");
  });
  loop_.arm(limit, began + patience);
  Reaction out;
  out.id = exchange->id();
  Event event;
  for (;;) {
    event = co_await exchange->next();
    if (event.final()) break;
    if (event.kind != Event::Kind::question) continue;
    Reply reply = co_await questions_.answer(event.method, event.json);
    exchange->answer(event.question, reply.json, reply.is_error);
  }
  out.took = std::chrono::duration_cast<std::chrono::milliseconds>(loop_.now() - began);
  out.why = plain_words(event.failure.message);
  if (event.kind == Event::Kind::result) {
    out.kind = Reaction::Kind::result;
  } else if (event.kind == Event::Kind::error) {
    out.kind = Reaction::Kind::error;
    if (auto const error = upstream::read_error(event.json)) out.code = error->code;
  } else if (timed_out) {
    out.kind = Reaction::Kind::silence;
  } else {
    out.kind = session_->connection().closed() ? Reaction::Kind::death : Reaction::Kind::refusal;
  }
  out.json = std::move(event.json);
  co_return out;
}

Reaction Subject::withdraw(upstream::Request request) {
  request.capabilities = questions_.capabilities();
  auto const exchange = session_->connection().request(std::move(request));
  Reaction out;
  out.id = exchange->id();
  exchange->cancel("the doctor looks whether this can be cancelled");
  return out;
}

Task<Reaction> Subject::survive(std::string line) {
  upstream::Outgoing message;
  message.json = std::move(line);
  session_->connection().link().send(std::move(message));
  Result<void> alive = co_await session_->connection().check(loop_.now() + patience);
  Reaction out;
  if (alive) {
    out.kind = Reaction::Kind::result;
    co_return out;
  }
  out.why = plain_words(alive.error().message);
  bool const silent = alive.error().code == Errc::deadline;
  out.kind = silent ? Reaction::Kind::silence : Reaction::Kind::death;
  co_return out;
}

Task<bool> Subject::answered(std::int64_t request, base::Steady::time_point until) {
  while (!traffic_.answered.contains(request) && loop_.now() < until) co_await arrived_.wait(until);
  co_return traffic_.answered.contains(request);
}

}  // namespace rampart::client
