// A whole conversation: lines of a client, of any era, to the dispatcher and a small server. Every
// request is answered at most once, with JSON; nothing else is; the end finds everything given
// back. A line "t" lets ten seconds pass, "x" withdraws what runs.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <deque>

#include "json/document.hpp"
#include "protocol/envelope.hpp"
#include "protocol/methods.hpp"
#include "rampart/server.hpp"
#include "server/testing_engine.hpp"
#include "transport/batch.hpp"

namespace {
using namespace rampart;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Args {
  std::string text;
  int times = 1;
  std::vector<std::string> more;
  static constexpr auto fields = rampart::fields(
      rampart::required<&Args::text>("Text", rampart::Length{0, 20}),
      rampart::optional<&Args::times>("How often", rampart::Range{0, 9}, rampart::Header{"Times"}),
      rampart::optional<&Args::more>("More", rampart::Items{0, 3}));
};
struct Form {
  std::string name;
  static constexpr auto fields = rampart::fields(rampart::required<&Form::name>("Name"));
};

void describe(Server& server) {
  server
      .tool("echo", "Echoes",
            [](Args args, Context& context) {
              context.progress(0.5, 1, args.text);
              context.log(LogLevel::info, args.text);
              return args.text;
            })
      .quick()
      .cacheable();
  server
      .tool("ask", "Asks",
            [](Context& context) -> Result<std::string> {
              auto const form = context.elicit<Form>("f", "Who?");
              auto const said = context.sample("s", SampleRequest("Say"));
              if (!form) return Failure(form.error());
              if (!said) return Failure(said.error());
              return form->name + said->text;
            })
      .quick();
  server.tool("wait", "Waits", [](Context) -> Task<std::string> {
    boost::asio::steady_timer never(co_await boost::asio::this_coro::executor,
                                    std::chrono::hours(1));
    co_await never.async_wait(boost::asio::use_awaitable);
    co_return "late";
  });
  server.resource("file:///a", "a", [] { return std::string("a"); });
  server.resource_template("user://{id}", "user", [](std::map<std::string, std::string> variables) {
    return variables["id"];
  });
  server.prompt("greet", "Greets", [](Form form) { return form.name; });
  server.complete_prompt("greet", "name", [](std::string_view typed, auto const&) {
    return std::vector<std::string>{std::string(typed) + "!"};
  });
}

/// Where the answer of one request goes.
class Line final : public server::Channel {
 public:
  void message(std::string json) override { require(Json::parse(json).has_value()); }
  void reply(server::Reply reply) override {
    require(!std::exchange(ended_, true));
    auto const json = reply.json.empty() ? Json::trusted("{}") : Json::parse(reply.json).value();
    require(reply.json.empty() || json.text().find("\"id\"") != std::string::npos);
  }
  bool can_stream() const override { return true; }

 private:
  bool ended_ = false;
};

class Conversation {
 public:
  Conversation() : engine_((describe(server_), server_), options(clock_)) {}

  void line(std::string_view text) {
    if (text == "t") {
      clock_.advance(std::chrono::seconds(10));
    } else if (text == "x") {
      for (auto const& call : calls_) call->cancel(server::CancelReason::disconnect);
      calls_.clear();
    } else {
      message(text);
    }
    engine_.poll();
  }

 private:
  static testing::Options options(testing::FakeClock& clock) {
    testing::Options out;
    out.clock = &clock;
    out.cache_ttl = std::chrono::seconds(60);
    return out;
  }
  void message(std::string_view text) {
    auto const document = json::Document::parse_copy(text);
    if (!document) return;
    auto const envelope = protocol::read_envelope(document->root());
    if (!envelope) return;
    using Kind = protocol::Envelope::Kind;
    if (envelope->kind == Kind::notification)
      return engine_.dispatcher.notification(session_, *envelope);
    if (envelope->kind == Kind::response) {
      if (session_) engine_.dispatcher.response(*session_, *envelope);
      return;
    }
    bool const modern = protocol::claims_modern(*envelope);
    if (!modern && envelope->method == "initialize") begin(*envelope);
    auto meta =
        modern ? protocol::read_modern_meta(*envelope) : protocol::read_common_meta(*envelope);
    if (!meta || (!modern && !session_)) return;
    server::Incoming in;
    in.loop = &engine_.loop;
    in.channel = std::make_shared<Line>();
    in.meta = std::move(*meta);
    in.text = text;
    in.request_id = "r";
    if (modern) {
      auto const version = protocol::parse_version(in.meta.protocol_version);
      if (!version || !protocol::is_modern(*version)) return;
      in.version = *version;
    } else {
      in.version = session_->version;
      in.session = session_;
      in.meta.capabilities = session_->capabilities;
      in.meta.log_level = session_->log_level();
    }
    auto const call = engine_.dispatcher.start(std::move(in), *envelope);
    if (call && !call->finished()) calls_.push_back(call);
  }
  void begin(protocol::Envelope const& envelope) {
    auto const offer = transport::read_initialize(envelope);
    if (session_ || !offer) return;
    session_ =
        *engine_.sessions.create(offer->version, offer->capabilities, "anonymous", clock_.now());
  }

  testing::FakeClock clock_;
  Server server_{"fuzzed", "1"};
  testing::Engine engine_;
  std::shared_ptr<server::Session> session_;
  std::deque<std::shared_ptr<server::Call>> calls_;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<char const*>(data), size);
  Conversation conversation;
  for (int lines = 0; !rest.empty() && lines < 32; ++lines) {
    auto const end = std::min(rest.find('\n'), rest.size());
    conversation.line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}
