#include "runtime/self_check.hpp"

#include "base/ids.hpp"
#include "json/document.hpp"

namespace rampart::runtime {
namespace {

/// The dispatcher's answer to our own question; nobody else sees it.
class ProbeChannel final : public server::Channel {
 public:
  explicit ProbeChannel(std::function<void(bool)> answered) : answered_(std::move(answered)) {}
  void message(std::string) override {}
  void reply(server::Reply reply) override { answered_(reply.status == protocol::Status::success); }
  bool can_stream() const override { return false; }

 private:
  std::function<void(bool)> const answered_;
};

constexpr std::string_view discover =
    R"({"jsonrpc":"2.0","id":"self-check","method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})";

}  // namespace

SelfCheck::SelfCheck(async::Loop& loop, Engine& engine, config::Config const& config,
                     Readiness& readiness, base::McpMetrics& metrics)
    : loop_(loop),
      engine_(engine),
      readiness_(readiness),
      servers_up_(metrics.dependency("mcp_servers")),
      again_([this] { run(); }) {
  // What is not configured is well; a Redis that is tells its state itself.
  if (config.redis.url.empty()) {
    readiness_.set_result(Check::redis, true);
    metrics.dependency("redis").set(1);
  }
  // The server writes no files.
  readiness_.set_result(Check::disk_space, true);
  metrics.dependency("disk_space").set(1);
}

void SelfCheck::start() { run(); }

void SelfCheck::run() {
  check_dispatcher();
  engine_.sessions.expire(loop_.now());
  loop_.arm(again_, loop_.now() + interval);
}

void SelfCheck::check_dispatcher() {
  auto const document = json::Document::parse_copy(discover);
  if (!document) return;
  auto const envelope = protocol::read_envelope(document->root());
  if (!envelope) return;
  server::Incoming in;
  in.loop = &loop_;
  in.channel = std::make_shared<ProbeChannel>([this](bool ok) {
    bool const all = ok && (!upstreams || upstreams->ready());
    readiness_.set_result(Check::mcp_servers, all);
    readiness_.set_degraded(upstreams && upstreams->degraded());
    servers_up_.set(all ? 1 : 0);
  });
  in.self_check = true;
  engine_.dispatcher.start(std::move(in), *envelope);
}

}  // namespace rampart::runtime
