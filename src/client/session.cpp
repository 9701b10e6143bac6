#include "client/session.hpp"

#include "client/text.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"
#include "protocol/translate_input.hpp"
#include "upstream/message.hpp"

namespace rampart::client {

using upstream::Event;

namespace {

std::string sentence(Error const& error) {
  auto out = plain_words(error.message);
  if (!error.detail.empty()) out += " (" + error.detail + ")";
  return visible(out);
}

Trouble rpc_trouble(std::string const& error) {
  auto const read = upstream::read_error(error);
  auto const said = read ? visible(read->message) : std::string();
  std::string text = "the server answered with error " +
                     (read ? std::to_string(read->code) : std::string("?")) + ": " + said;
  if (read && !read->data.empty() && read->data != "null")
    text += "\n" + visible(pretty(read->data));
  return {Status::protocol, std::move(text), error};
}

}  // namespace

std::string Target::name() const {
  if (server.command.empty()) return server.url;
  std::string out = server.command;
  for (auto const& word : server.args) out += " " + word;
  return out;
}

Session::Session(async::Loop& loop, upstream::LinkFactory& links, Target const& target,
                 Questions& questions, Console const& console, std::string client_version,
                 Hooks hooks)
    : loop_(loop),
      links_(links),
      target_(target),
      questions_(questions),
      console_(console),
      client_version_(std::move(client_version)),
      hooks_(std::move(hooks)),
      changed_(loop) {}

void Session::heard(std::string line) {
  if (hooks_.error_line) hooks_.error_line(line);
  if (console_.verbose) console_.note(console_.err_style.dim("server: " + visible(line)));
  error_lines_.push_back(std::move(line));
  if (error_lines_.size() > kept_error_lines) error_lines_.pop_front();
}

std::string Session::last_words() const {
  std::string out;
  for (auto const& line : error_lines_) out += "\n  " + visible(line);
  return out;
}

Trouble Session::lost(Error const& error) const {
  auto status = Status::unreachable;
  if (error.code == Errc::deadline) status = Status::timeout;
  if (error.code == Errc::unsupported_version) status = Status::protocol;
  if (interrupted_) return {Status::interrupted, "interrupted"};
  auto text = sentence(error);
  // They have been shown already where everything is.
  if (closed_ && !error_lines_.empty() && !console_.verbose)
    text += "; its last words:" + last_words();
  return {status, std::move(text)};
}

// A server that dies of the first question is given another chance without it, one that answered it
// too late another as what it is, and so is an HTTP server that knows neither era's single
// endpoint.
Task<std::optional<Trouble>> Session::open() {
  std::optional<Trouble> trouble = co_await attempt(target_.probe, false);
  if (!trouble || !connection_ || interrupted_) co_return trouble;
  bool const died = connection_->died_of_probe();
  bool const older = connection_->not_streamable() && target_.server.command.empty();
  died_of_probe_ |= died;
  if (connection_->slow_to_start()) co_return co_await attempt(upstream::Probe::modern, false);
  if (!died && !older) co_return trouble;
  co_return co_await attempt(upstream::Probe::legacy, older);
}

Task<std::optional<Trouble>> Session::attempt(upstream::Probe probe, bool older) {
  connection_.reset();
  closed_ = false;
  error_lines_.clear();
  auto const began = loop_.now();
  auto opened =
      links_.open(target_.server, older, [this](std::string line) { heard(std::move(line)); });
  if (!opened) co_return lost(opened.error());
  auto link = std::move(opened->link);
  if (hooks_.wrap) link = hooks_.wrap(std::move(link));
  upstream::ConnectionOptions options;
  options.capabilities = questions_.capabilities();
  options.client_name = "rampart-cli";
  options.client_version = client_version_;
  options.probe = probe;
  options.handshake_timeout = target_.timeout;
  options.probe_timeout = std::min(probe_timeout, target_.timeout);
  upstream::ConnectionHooks hooks;
  hooks.closed = [this](Error const&) {
    closed_ = true;
    changed_.notify_all();
  };
  connection_ = std::make_unique<upstream::Connection>(loop_, std::move(link), std::move(options),
                                                       std::move(hooks));
  auto greeting = co_await connection_->open();
  handshake_time_ = loop_.now() - began;
  if (!greeting) {
    closed_ |= connection_->closed();
    co_return lost(greeting.error());
  }
  co_return std::nullopt;
}

void Session::show(Event const& event) const {
  auto const params = json::slice_valid_object(event.json);
  if (!params) return;
  auto const text = [&params](std::string_view name) {
    return json::string_of(params->find(name).value_or("")).value_or("");
  };
  std::string line;
  if (event.kind == Event::Kind::progress) {
    line = "progress: " + std::string(params->find("progress").value_or(""));
    if (auto const total = params->find("total")) line += " of " + std::string(*total);
    if (auto const message = text("message"); !message.empty()) line += ", " + visible(message);
  } else {
    auto const data = params->find("data").value_or("null");
    auto const said = json::string_of(data);
    line = visible(text("level"));
    if (auto const logger = text("logger"); !logger.empty()) line += " " + visible(logger);
    line += ": " + visible(said ? *said : std::string(data));
  }
  console_.note(console_.err_style.dim(line));
}

Task<Event> Session::finish(std::shared_ptr<upstream::Exchange> exchange) {
  async::Deadline limit([this, exchange] {
    timed_out_ = true;
    exchange->cancel("time limit");
  });
  for (;;) {
    if (!exchange->ended()) loop_.arm(limit, loop_.now() + target_.timeout);
    Event event = co_await exchange->next();
    limit.disarm();
    if (event.final()) co_return event;
    if (event.kind == Event::Kind::question) {
      Reply reply = co_await questions_.answer(event.method, event.json);
      exchange->answer(event.question, reply.json, reply.is_error);
    } else if (event.kind != Event::Kind::released) {
      show(event);
    }
  }
}

Trouble Session::trouble_of(Event const& end) const {
  if (interrupted_) return {Status::interrupted, "interrupted"};
  Trouble out;
  if (end.kind == Event::Kind::error) {
    out = rpc_trouble(end.json);
  } else if (timed_out_) {
    auto const seconds = static_cast<double>(target_.timeout.count()) / 1000;
    std::string number;
    json::append_double(number, seconds);
    out = {Status::timeout, "the server did not answer within " + number + " s"};
  } else {
    // Something that came instead of an answer, not its absence.
    bool const broke_rules = end.http_status >= 200 && end.http_status < 300;
    out = lost(end.failure);
    if (broke_rules) out.status = Status::protocol;
  }
  if (!end.undeclared.empty())
    out.text +=
        "\n(it wanted to ask for what this command does not do: " + visible(end.undeclared) + ")";
  return out;
}

Task<Outcome> Session::request(upstream::Request request, bool watched) {
  request.capabilities = questions_.capabilities();
  request.wants_progress = watched;
  if (watched) {
    request.log_level = LogLevel::info;
    connection_->set_log_level(LogLevel::info);
  }
  std::string extra;
  Outcome out;
  for (int round = 0; round < max_rounds; ++round) {
    auto attempt = request;
    attempt.params += extra;
    timed_out_ = false;
    exchange_ = connection_->request(std::move(attempt));
    Event end = co_await finish(exchange_);
    exchange_.reset();
    // What ended in the same turn may not have been told yet.
    if (connection_->closed()) closed_ = true;
    if (end.kind != Event::Kind::result || interrupted_) {
      out.trouble = trouble_of(end);
      co_return out;
    }
    bool const asks = greeting().modern() && end.json.find("input_required") != std::string::npos;
    if (!asks) {
      out.result = std::move(end.json);
      co_return out;
    }
    extra.clear();
    std::string result = end.json;
    std::optional<Trouble> trouble = co_await answer_all(std::move(result), &extra);
    if (trouble) {
      out.trouble = std::move(*trouble);
      co_return out;
    }
    if (extra.empty()) {
      out.result = std::move(end.json);
      co_return out;
    }
  }
  out.trouble = {Status::protocol, "the server asked again and again"};
  co_return out;
}

/// What the same request needs in addition the next time; nothing when the result asks nothing.
Task<std::optional<Trouble>> Session::answer_all(std::string result, std::string* extra) {
  auto required = protocol::read_input_required(result);
  if (!required) {
    Trouble trouble{Status::protocol, sentence(required.error())};
    co_return trouble;
  }
  if (!*required) co_return std::nullopt;
  std::string responses;
  for (auto const& question : (*required)->requests) {
    Reply reply = co_await questions_.answer(question.method, question.params);
    if (interrupted_) {
      Trouble trouble{Status::interrupted, "interrupted"};
      co_return trouble;
    }
    if (reply.is_error) {
      Trouble trouble{Status::protocol,
                      "the server cannot go on without " + visible(question.method)};
      co_return trouble;
    }
    if (!responses.empty()) responses += ',';
    json::append_string(responses, question.key);
    (responses += ':') += reply.json;
  }
  if (!responses.empty()) *extra += R"(,"inputResponses":{)" + responses + "}";
  if ((*required)->request_state)
    *extra += R"(,"requestState":)" + json::quoted(*(*required)->request_state);
  co_return std::nullopt;
}

Task<void> Session::close() {
  if (!connection_) co_return;
  auto const until = loop_.now() + close_patience;
  connection_->close();
  while (!closed_ && loop_.now() < until) co_await changed_.wait(until);
  connection_.reset();
}

void Session::interrupt() {
  interrupted_ = true;
  if (exchange_) return exchange_->cancel("interrupted");
  if (connection_) connection_->close();
}

}  // namespace rampart::client
