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
                     Readiness& readiness, Observability& observability)
    : loop_(loop),
      engine_(engine),
      readiness_(readiness),
      log_(observability.log.child("self_check")),
      audit_(observability.audit.get()),
      again_([this] { run(); }) {
  for (Check const check : {Check::mcp_servers, Check::disk_space})
    readiness_.set_longest_valid(check, longest_valid);
  // What is not configured is well; a Redis that is tells its state itself.
  if (config.redis.url.empty()) {
    readiness_.set_result(Check::redis, true);
    observability.mcp.dependency("redis").set(1);
  }
  check_audit();
}

void report_dependencies(Observability& observability, Readiness const& readiness) {
  observability.metrics.before_scrape([&mcp = observability.mcp, &readiness] {
    for (Check const check : {Check::mcp_servers, Check::disk_space})
      mcp.dependency(name(check)).set(readiness.ok(check) ? 1 : 0);
  });
}

void SelfCheck::start() { run(); }

void SelfCheck::run() {
  check_audit();
  check_dispatcher();
  engine_.sessions.expire(loop_.now());
  loop_.arm(again_, loop_.now() + interval);
}

/// One line a change of state.
void SelfCheck::check_audit() {
  auto const free = audit_ ? audit_->free() : std::nullopt;
  bool const ok = !free || free->enough();
  readiness_.set_result(Check::disk_space, ok);
  if (ok != std::exchange(disk_ok_, ok)) {
    if (ok)
      log_.info("disk_space_back");
    else
      log_.error("disk_space_low", {{"free_bytes", free->bytes}, {"free_inodes", free->inodes}});
  }
  auto const dropped = audit_ ? audit_->dropped() : 0;
  bool const drops = dropped != std::exchange(audit_dropped_, dropped);
  if (drops && !audit_drops_) log_.error("audit_lines_dropped", {{"lines_so_far", dropped}});
  audit_drops_ = drops;
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
  });
  in.self_check = true;
  engine_.dispatcher.start(std::move(in), *envelope);
}

}  // namespace rampart::runtime
