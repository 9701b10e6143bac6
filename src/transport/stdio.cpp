#include "transport/stdio.hpp"

#include "base/ids.hpp"
#include "json/document.hpp"
#include "transport/batch.hpp"

namespace rampart::transport {

using protocol::Envelope;

/// The messages of one request as lines.
class StdioTransport::CallChannel final : public server::Channel {
 public:
  CallChannel(StdioTransport& transport, protocol::RequestId id)
      : transport_(transport), writer_(transport.writer_), id_(std::move(id)) {}

  void message(std::string json) override {
    if (!ended_) writer_->write(std::move(json));
  }
  void reply(server::Reply reply) override {
    if (ended_.exchange(true)) return;
    if (!reply.json.empty()) writer_->write(std::move(reply.json));
    if (listens_ && reply.status == protocol::Status::success)
      writer_->write(
          R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" +
          id_.text() + "}}");
    transport_.forget_ended(id_);
  }
  bool can_stream() const override { return true; }
  /// The server's end of a subscription is announced twice on stdio: by its result, and by a
  /// cancellation, for the specification asks for either.
  void listens() { listens_ = true; }

 private:
  StdioTransport& transport_;
  std::shared_ptr<LineWriter> const writer_;
  protocol::RequestId const id_;
  std::atomic<bool> ended_ = false;
  bool listens_ = false;
};

class StdioTransport::SessionChannel final : public server::Channel {
 public:
  explicit SessionChannel(std::shared_ptr<LineWriter> writer) : writer_(std::move(writer)) {}
  void message(std::string json) override { writer_->write(std::move(json)); }
  void reply(server::Reply) override {}
  bool can_stream() const override { return true; }

 private:
  std::shared_ptr<LineWriter> const writer_;
};

StdioTransport::StdioTransport(server::Dispatcher& dispatcher, async::Loop& loop,
                               StdioOptions options)
    : dispatcher_(dispatcher),
      loop_(loop),
      options_(options),
      writer_(std::make_shared<LineWriter>(options.out, options.lines)) {}

StdioTransport::~StdioTransport() { stop_reading(); }

void StdioTransport::stop_reading() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  handled_.notify_all();
  reader_.reset();
}

void StdioTransport::flush() { writer_->flush(); }

void StdioTransport::start(std::function<void()> ended) {
  auto deliver = [this, ended = std::move(ended)](LineReader::Event event, std::string line) {
    {
      std::unique_lock lock(mutex_);
      handled_.wait(lock, [this] { return stopping_ || waiting_ < options_.max_waiting; });
      if (stopping_) return;
      ++waiting_;
    }
    loop_.post([this, event, line = std::move(line), ended]() mutable {
      {
        std::lock_guard const lock(mutex_);
        --waiting_;
      }
      handled_.notify_all();
      if (event == LineReader::Event::line)
        on_line(std::move(line));
      else if (event == LineReader::Event::too_long)
        answer_error({},
                     Error(Errc::invalid_request,
                           "the message is longer than " +
                               std::to_string(options_.lines.max_line_bytes) + " bytes"),
                     base::Rejection::size);
      else
        ended();
    });
  };
  reader_ = std::make_unique<LineReader>(options_.in, options_.lines, std::move(deliver));
}

bool StdioTransport::is_running(protocol::RequestId const& id) const {
  auto const it = modern_.find(id);
  auto const call = it == modern_.end() ? nullptr : it->second.lock();
  return call && !call->finished();
}

// A refused twin ends too, and must not take the first one's place.
void StdioTransport::forget_ended(protocol::RequestId const& id) {
  if (!is_running(id)) modern_.erase(id);
}

void StdioTransport::answer_error(protocol::RequestId const& id, Error const& error,
                                  base::Rejection why) {
  auto const version = session_ ? session_->version : protocol::latest_modern;
  if (options_.rejected)
    options_.rejected(why, protocol::json_rpc_code(error, version), base::mint_hex_id(), {});
  std::string json;
  protocol::append_error(json, id, error, version);
  writer_->write(std::move(json));
}

void StdioTransport::on_line(std::string line) {
  line_bytes_ = line.size() + 1;
  auto const document = json::Document::parse(line);
  if (!document) return answer_error({}, document.error());
  if (document->root().is_array()) return on_batch(document->root());
  line_ = line;
  on_message(document->root());
  line_ = {};
}

void StdioTransport::on_message(Node message) {
  auto const envelope = protocol::read_envelope(message);
  if (!envelope) return answer_error(envelope.error().id, envelope.error().error);
  if (envelope->kind == Envelope::Kind::notification) return on_notification(*envelope);
  if (envelope->kind == Envelope::Kind::response) {
    if (session_) dispatcher_.response(*session_, *envelope);
    return;
  }
  auto channel = std::make_shared<CallChannel>(*this, envelope->id);
  if (envelope->method == "subscriptions/listen") channel->listens();
  on_request(*envelope, std::move(channel));
}

void StdioTransport::on_request(Envelope const& envelope,
                                std::shared_ptr<server::Channel> channel) {
  if (protocol::claims_modern(envelope)) return on_modern(envelope, std::move(channel));
  if (envelope.method == "initialize") return on_initialize(envelope, std::move(channel));
  on_legacy(envelope, std::move(channel));
}

server::Incoming StdioTransport::incoming(protocol::RequestMeta const& meta,
                                          std::shared_ptr<server::Channel> channel) {
  server::Incoming in;
  in.loop = &loop_;
  in.channel = std::move(channel);
  in.rate_identity = "stdio";
  in.endpoint = server::Endpoint::stdio;
  auto const trace = meta.trace.trace_id();
  in.request_id = trace.empty() ? base::mint_hex_id() : std::string(trace);
  in.bytes_in = line_bytes_;
  in.text = line_;
  in.meta = meta;
  return in;
}

void StdioTransport::on_modern(Envelope const& envelope, std::shared_ptr<server::Channel> channel) {
  auto meta = protocol::read_modern_meta(envelope);
  auto in = incoming(meta ? *meta : protocol::RequestMeta(), std::move(channel));
  if (!meta) return dispatcher_.refuse(std::move(in), envelope, meta.error(), 400);
  auto const version = protocol::parse_version(meta->protocol_version);
  if (!version || !protocol::is_modern(*version))
    return dispatcher_.refuse(std::move(in), envelope,
                              protocol::unsupported_version(meta->protocol_version), 400);
  if (is_running(envelope.id))
    return dispatcher_.refuse(
        std::move(in), envelope,
        Error(Errc::invalid_request, "a request with this id is still running"), 400);
  in.version = *version;
  auto const call = dispatcher_.start(std::move(in), envelope);
  if (!call->finished()) modern_.insert_or_assign(envelope.id, call);
}

void StdioTransport::on_initialize(Envelope const& envelope,
                                   std::shared_ptr<server::Channel> channel) {
  auto const offer = read_initialize(envelope);
  if (!offer || session_) {
    auto in = incoming({}, std::move(channel));
    in.version = protocol::latest_legacy;
    return dispatcher_.refuse(
        std::move(in), envelope,
        session_ ? Error(Errc::invalid_request, "this process is initialized already")
                 : offer.error(),
        400);
  }
  session_ = std::make_shared<server::Session>(
      "stdio", offer->version, offer->capabilities, "anonymous",
      std::make_shared<SessionChannel>(writer_), dispatcher_.services.sessions.limits());
  dispatcher_.services.subscriptions.set_only_session(session_);
  on_legacy(envelope, std::move(channel));
}

void StdioTransport::on_legacy(Envelope const& envelope, std::shared_ptr<server::Channel> channel) {
  auto meta = protocol::read_common_meta(envelope);
  auto in = incoming(meta ? *meta : protocol::RequestMeta(), std::move(channel));
  in.version = session_ ? session_->version : protocol::latest_legacy;
  if (!meta) return dispatcher_.refuse(std::move(in), envelope, meta.error(), 400);
  if (!session_ && envelope.method != "ping") {
    // 2026-07-28 fixes the code for a request without its _meta; the older revisions fix none.
    Error const error(Errc::invalid_params,
                      "send initialize first, or a protocol version in params._meta (2026-07-28)");
    return dispatcher_.refuse(std::move(in), envelope, error, 400);
  }
  in.session = session_;
  if (session_) {
    in.meta.capabilities = session_->capabilities;
    in.meta.log_level = session_->log_level();
  }
  dispatcher_.start(std::move(in), envelope);
}

void StdioTransport::on_batch(Node messages) {
  if (!session_ || !protocol::has_batches(session_->version))
    return answer_error({}, Error(Errc::invalid_request, "this protocol version has no batches"));
  if (messages.size() == 0 || messages.size() > options_.max_batch)
    return answer_error(
        {}, Error(Errc::invalid_request,
                  "a batch has 1 to " + std::to_string(options_.max_batch) + " messages"));
  Batch batch(std::make_shared<CallChannel>(*this, protocol::RequestId()));
  for (Node message : messages.items()) {
    line_bytes_ = message.text().size();
    auto const envelope = protocol::read_envelope(message);
    if (!envelope)
      batch.refuse(envelope.error(), session_->version);
    else if (envelope->kind == Envelope::Kind::notification)
      on_notification(*envelope);
    else if (envelope->kind == Envelope::Kind::response)
      dispatcher_.response(*session_, *envelope);
    else if (envelope->method == "initialize")
      on_initialize(*envelope, batch.add());
    else
      on_legacy(*envelope, batch.add());  // batches belong to the session, whatever _meta says
  }
  batch.close();
}

void StdioTransport::on_notification(Envelope const& envelope) {
  if (envelope.method == "notifications/cancelled" && envelope.params) {
    auto const node = envelope.params->find("requestId");
    auto const id = node ? protocol::RequestId::read(*node) : std::nullopt;
    auto const it = id ? modern_.find(*id) : modern_.end();
    if (auto call = it == modern_.end() ? nullptr : it->second.lock())
      return call->cancel(server::CancelReason::notification);
  }
  dispatcher_.notification(session_, envelope);
}

}  // namespace rampart::transport
