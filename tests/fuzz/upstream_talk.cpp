// What a server behind the gateway may say, lines of any kind at any time, while clients of both
// eras call it. Every call ends at most once, with JSON, and the end finds everything given back.
// The first byte chooses the server's era and transport. A line "c" is a call of a modern client,
// "l" of an older one, "r" a read, "t" ten seconds, "d" the server's death, "x" clients leave.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file_descriptor.hpp"
#include "gateway/gateway.hpp"
#include "unit/gateway/scripted_upstream.hpp"
#include "unit/server/harness.hpp"

namespace {
using namespace rampart;

void require(bool holds) {
  if (!holds) std::abort();
}

base::FileDescriptor nowhere() { return base::FileDescriptor(::open("/dev/null", O_WRONLY)); }

class Talk {
 public:
  explicit Talk(unsigned char kind) {
    config::Upstream one;
    one.name = "one";
    one.command = "scripted";
    one.mode = kind & 4 ? config::UpstreamMode::single : config::UpstreamMode::automatic;
    auto& script = links_.scripts["one"];
    script.modern = kind & 1;
    script.http = kind & 2;
    script.tools = {R"({"name":"work","inputSchema":{"type":"object"}})"};
    script.resources = {R"({"uri":"file:///a","name":"a"})"};
    gateway_ = std::make_unique<gateway::Gateway>(
        upstream::Services{host_.engine().loop, links_, meters_, log_, "1"},
        host_.server.registry(), std::vector{one}, gateway::Options());
    gateway_->start([] {});
    settle();
    session_ = host_.session();
  }
  ~Talk() {
    leave();
    bool stopped = false;
    gateway_->stop([&stopped] { stopped = true; });
    for (int i = 0; i < 20 && !stopped; ++i) pass();
    require(stopped);
    gateway_.reset();
    settle();
  }

  void line(std::string_view text) {
    auto& script = links_.scripts["one"];
    if (text == "c") return keep(host_.call("work"));
    if (text == "l") return keep(call_of_session());
    if (text == "r") return keep(host_.start("resources/read", R"("uri":"file:///a")"));
    if (text == "t") return pass();
    if (text == "x") return leave();
    for (auto const& instance : script.instances) {
      if (!instance->events) continue;
      if (text == "d")
        instance->die();
      else
        instance->say(std::string(text), script.waiting.empty() ? 0 : script.waiting.back().id);
    }
    settle();
  }

 private:
  server::Harness::Running call_of_session() {
    return host_.start(session_, R"({"jsonrpc":"2.0","id":)" + std::to_string(++legacy_id_) +
                                     R"(,"method":"tools/call","params":{"name":"work"}})");
  }
  void keep(server::Harness::Running running) {
    running_.push_back(std::move(running));
    settle();
  }
  void settle() {
    while (host_.engine().loop.poll() > 0) {
    }
  }
  void pass() {
    host_.clock.advance(std::chrono::seconds(10));
    host_.engine().loop.sweep();
    settle();
  }
  void leave() {
    for (auto const& one : running_) {
      if (!one.ended())
        one.call->cancel(server::CancelReason::disconnect);
      else
        require(one.reply().json.empty() || Json::parse(one.reply().json));
      for (auto const& message : one.inbox->take_messages())
        require(Json::parse(message).has_value());
    }
    running_.clear();
    settle();
  }

  base::FileDescriptor null_ = nowhere();
  base::Secrets secrets_;
  base::LogSink sink_{null_.get()};
  server::Harness host_;
  base::Logger log_{sink_, secrets_, base::LogOptions(), host_.clock};
  base::Metrics metrics_;
  upstream::MeterFamilies meters_{metrics_};
  gateway::ScriptedLinks links_{host_.engine().loop};
  std::unique_ptr<gateway::Gateway> gateway_;
  std::shared_ptr<server::Session> session_;
  std::vector<server::Harness::Running> running_;
  int legacy_id_ = 0;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<char const*>(data) + 1, size - 1);
  Talk talk(data[0]);
  for (int lines = 0; !rest.empty() && lines < 24; ++lines) {
    auto const end = std::min(rest.find('\n'), rest.size());
    talk.line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}
