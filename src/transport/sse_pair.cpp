#include "transport/sse_pair.hpp"

#include "base/ids.hpp"
#include "transport/batch.hpp"
#include "transport/sse.hpp"

namespace rampart::transport {
namespace {

constexpr std::string_view id_parameter = "sessionId=";

void answer(http::Exchange& exchange, int status, std::string_view text) {
  http::Response response;
  response.status = status;
  response.content_type = text.empty() ? "" : "text/plain; charset=utf-8";
  response.body = text;
  exchange.respond(std::move(response));
}

std::string_view session_id(std::string_view target) {
  auto const query = target.find('?');
  if (query == std::string_view::npos || !target.substr(query + 1).starts_with(id_parameter))
    return {};
  return target.substr(query + 1 + id_parameter.size());
}

}  // namespace

/// Replies go where everything goes: to the stream.
class SsePair::Answers final : public server::Channel {
 public:
  explicit Answers(std::shared_ptr<server::MessageStream> stream) : stream_(std::move(stream)) {}
  void message(std::string json) override { stream_->message(std::move(json)); }
  void reply(server::Reply reply) override {
    if (!reply.json.empty()) stream_->message(std::move(reply.json));
  }
  bool can_stream() const override { return true; }

 private:
  std::shared_ptr<server::MessageStream> const stream_;
};

std::shared_ptr<SsePair::Peer> SsePair::find(std::string_view id, std::string_view principal) {
  std::lock_guard const lock(mutex_);
  auto const it = peers_.find(std::string(id));
  bool const theirs = it != peers_.end() && it->second->principal == principal;
  return theirs ? it->second : nullptr;
}

void SsePair::end(std::string const& id) {
  std::shared_ptr<Peer> peer;
  {
    std::lock_guard const lock(mutex_);
    auto const it = peers_.find(id);
    if (it == peers_.end()) return;
    peer = std::move(it->second);
    peers_.erase(it);
  }
  if (!peer->session) return;
  for (auto& call : peer->session->running()) {
    auto& loop = call->loop;
    loop.post([call = std::move(call)] { call->cancel(server::CancelReason::session_ended); });
  }
  dispatcher_.services.sessions.erase(peer->session->id);
}

Task<void> SsePair::open(http::Exchange& exchange) {
  auto const id = base::mint_hex_id();
  auto const peer = std::make_shared<Peer>();
  peer->principal = principal_name(exchange);
  peer->stream = std::make_shared<server::MessageStream>(
      server::MessageStream::Options{true, false, options_.stream_messages, options_.stream_bytes});
  bool full = false;
  {
    std::lock_guard const lock(mutex_);
    full = peers_.size() >= dispatcher_.services.sessions.limits().max_sessions;
    if (!full) peers_.emplace(id, peer);
  }
  if (full) {
    answer(exchange, 503, "too many sessions; try later\n");
    co_return;
  }
  auto const waker = exchange.waker();
  peer->stream->on_ready([waker] { waker->wake(); });
  exchange.begin_stream(200, "text/event-stream",
                        {{"Cache-Control", "no-store, no-transform"}, {"X-Accel-Buffering", "no"}});
  std::string out = "event: endpoint\ndata: ";
  ((((out += message_path) += '?') += id_parameter) += id) += "\n\n";
  for (bool open = true; open;) {
    for (auto const& event : peer->stream->take(0))
      sse::append_message(out, event.json, std::nullopt);
    exchange.write(out);
    out.clear();
    bool const sent = co_await exchange.flush();
    if (!sent || exchange.draining() || peer->stream->overflowed()) break;
    if (peer->stream->has_messages(0)) continue;
    auto const woken = co_await exchange.wait(exchange.loop().now() + options_.keep_alive);
    if (woken == http::Exchange::Woken::timeout) out = sse::keep_alive;
    open = woken != http::Exchange::Woken::peer_gone;
  }
  end(id);
}

void SsePair::post(http::Exchange& exchange) {
  auto const id = std::string(session_id(exchange.head().target()));
  auto const peer = find(id, principal_name(exchange));
  if (!peer) return answer(exchange, 404, "unknown or ended session\n");
  if (!is_json(exchange.head()))
    return answer(exchange, 415, "Content-Type must be application/json\n");
  auto const document = json::Document::parse(exchange.body());
  if (!document) return answer(exchange, 400, document.error().message);
  auto const envelope = protocol::read_envelope(document->root());
  if (!envelope) return answer(exchange, 400, envelope.error().error.message);
  message(exchange, id, *peer, *envelope);
}

void SsePair::message(http::Exchange& exchange, std::string const& id, Peer& peer,
                      protocol::Envelope const& envelope) {
  if (envelope.method == "initialize") {
    auto const offer = read_initialize(envelope);
    if (!offer) return answer(exchange, 400, offer.error().message);
    auto session =
        std::make_shared<server::Session>(id, offer->version, offer->capabilities, peer.principal,
                                          peer.stream, dispatcher_.services.sessions.limits());
    if (!dispatcher_.services.sessions.adopt(session, exchange.loop().now()))
      return answer(exchange, 400, "this session is initialized already\n");
    peer.session = std::move(session);
  }
  auto const session = dispatcher_.services.sessions.find(id, peer.principal);
  if (!session) return answer(exchange, 400, "send initialize first\n");
  session->touch(exchange.loop().now());
  if (envelope.kind == protocol::Envelope::Kind::notification) {
    dispatcher_.notification(session, envelope);
  } else if (envelope.kind == protocol::Envelope::Kind::response) {
    dispatcher_.response(*session, envelope);
  } else {
    auto meta = protocol::read_common_meta(envelope);
    auto in = legacy_incoming(exchange, meta ? std::move(*meta) : protocol::RequestMeta(), session,
                              std::make_shared<Answers>(peer.stream));
    in.endpoint = server::Endpoint::sse;
    if (meta)
      dispatcher_.start(std::move(in), envelope);
    else
      dispatcher_.refuse(std::move(in), envelope, meta.error(), 400);
  }
  answer(exchange, 202, {});
}

}  // namespace rampart::transport
