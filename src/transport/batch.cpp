#include "transport/batch.hpp"

#include <mutex>

namespace rampart::transport {

struct Batch::Collected {
  explicit Collected(std::shared_ptr<server::Channel> channel) : out(std::move(channel)) {}

  void finished(server::Reply reply) {
    std::unique_lock lock(mutex);
    if (!reply.json.empty()) (json += json.empty() ? '[' : ',') += reply.json;
    --open;
    finish_if_done(lock);
  }
  void finish_if_done(std::unique_lock<std::mutex>& lock) {
    if (!closed || open > 0 || sent) return;
    sent = true;
    server::Reply whole;
    if (!json.empty()) whole.json = json + "]";
    lock.unlock();
    out->reply(std::move(whole));
  }

  std::shared_ptr<server::Channel> const out;
  std::mutex mutex;
  std::string json;
  std::size_t open = 0;
  std::size_t answers = 0;
  bool closed = false;
  bool sent = false;
};

class Batch::Item final : public server::Channel {
 public:
  explicit Item(std::shared_ptr<Collected> collected) : collected_(std::move(collected)) {}
  void message(std::string json) override { collected_->out->message(std::move(json)); }
  void reply(server::Reply reply) override { collected_->finished(std::move(reply)); }
  bool can_stream() const override { return collected_->out->can_stream(); }

 private:
  std::shared_ptr<Collected> const collected_;
};

Batch::Batch(std::shared_ptr<server::Channel> out)
    : collected_(std::make_shared<Collected>(std::move(out))) {}

std::shared_ptr<server::Channel> Batch::add() {
  std::lock_guard const lock(collected_->mutex);
  ++collected_->open;
  ++collected_->answers;
  return std::make_shared<Item>(collected_);
}

void Batch::refuse(protocol::BadEnvelope const& bad, protocol::Version version) {
  auto const item = add();
  server::Reply reply;
  protocol::append_error(reply.json, bad.id, bad.error, version);
  item->reply(std::move(reply));
}

bool Batch::close() {
  std::unique_lock lock(collected_->mutex);
  collected_->closed = true;
  bool const any = collected_->answers > 0;
  if (any) collected_->finish_if_done(lock);
  return any;
}

Result<InitializeOffer> read_initialize(protocol::Envelope const& envelope) {
  if (envelope.kind != protocol::Envelope::Kind::request || !envelope.params)
    return fail(Errc::invalid_params, "initialize needs params");
  auto const version = envelope.params->find("protocolVersion");
  auto const text = version ? version->as_string() : std::nullopt;
  if (!text) return fail(Errc::invalid_params, "params.protocolVersion must be a string");
  auto const capabilities = envelope.params->find("capabilities");
  if (!capabilities || !capabilities->is_object())
    return fail(Errc::invalid_params, "params.capabilities must be an object");
  auto const parsed = protocol::parse_version(*text);
  bool const served = parsed && !protocol::is_modern(*parsed);
  return InitializeOffer{served ? *parsed : protocol::latest_legacy,
                         protocol::read_client_capabilities(*capabilities)};
}

}  // namespace rampart::transport
