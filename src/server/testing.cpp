#include "rampart/testing.hpp"

#include <stdexcept>

#include "json/document.hpp"
#include "json/write.hpp"
#include "rampart/server.hpp"
#include "server/testing_client.hpp"

namespace rampart::testing {
namespace {

std::string capabilities_json(ClientCapabilities const& can) {
  std::string out = "{";
  auto add = [&out](std::string_view member) {
    if (out.back() != '{') out += ',';
    out += member;
  };
  if (can.sampling) {
    add(R"("sampling":{)");
    if (can.sampling_tools) add(R"("tools":{})");
    if (can.sampling_context) add(R"("context":{})");
    out += '}';
  }
  if (can.elicitation_form || can.elicitation_url) {
    add(R"("elicitation":{)");
    if (can.elicitation_form) add(R"("form":{})");
    if (can.elicitation_url) add(R"("url":{})");
    out += '}';
  }
  if (can.roots) add(can.roots_list_changed ? R"("roots":{"listChanged":true})" : R"("roots":{})");
  return out + "}";
}

/// A client of an older revision does not declare what its revision does not have.
ClientCapabilities known_to(protocol::Version version, ClientCapabilities can) {
  can.elicitation_form = can.elicitation_form && protocol::has_elicitation(version);
  can.elicitation_url = can.elicitation_url && protocol::has_url_elicitation(version);
  return can;
}

std::string meta_json(Options const& options, protocol::Version version, std::int64_t id) {
  std::string out = R"("_meta":{"progressToken":)" + std::to_string(id);
  if (!protocol::is_modern(version)) return out + "}";
  out += R"(,"io.modelcontextprotocol/protocolVersion":")" + options.protocol_version;
  out += R"(","io.modelcontextprotocol/clientInfo":{"name":"rampart-testing","version":"1"})";
  out +=
      R"(,"io.modelcontextprotocol/clientCapabilities":)" + capabilities_json(options.capabilities);
  if (options.log_level) {
    out += R"(,"io.modelcontextprotocol/logLevel":")";
    out += name(*options.log_level);
    out += '"';
  }
  return out + "}";
}

}  // namespace

std::chrono::system_clock::time_point FakeClock::wall() const {
  using namespace std::chrono;
  constexpr sys_days begin{year(2026) / 1 / 1};
  return begin + duration_cast<system_clock::duration>(nanoseconds(elapsed_.load() - start));
}

ClientCapabilities Options::all_capabilities() {
  return {true, true, true, true, true, true, true};
}

Client::Impl::Impl(std::shared_ptr<Engine> engine_, Options options_)
    : engine(std::move(engine_)), options(std::move(options_)), version(protocol::latest_modern) {
  auto const parsed = protocol::parse_version(options.protocol_version);
  if (!parsed) throw std::invalid_argument("no such protocol version: " + options.protocol_version);
  version = *parsed;
  if (protocol::is_modern(version)) return;
  auto created = engine->sessions.create(version, known_to(version, options.capabilities),
                                         options.principal, engine->loop.now());
  if (!created) throw std::runtime_error(created.error().message);
  session = std::move(*created);
  if (options.log_level) session->set_log_level(*options.log_level);
}

std::shared_ptr<server::Call> Client::Impl::send(std::string_view method,
                                                 std::string const& members,
                                                 std::shared_ptr<Inbox> inbox) {
  auto const id = next_id_++;
  std::string message = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)" +
                        json::quoted(method) + R"(,"params":{)" + members +
                        (members.empty() ? "" : ",") + meta_json(options, version, id) + "}}";
  auto const document = json::Document::parse(message);
  if (!document) throw std::invalid_argument("params: " + document.error().message);
  auto const envelope = protocol::read_envelope(document->root());
  if (!envelope) throw std::invalid_argument(envelope.error().error.message);
  auto meta =
      session ? protocol::read_common_meta(*envelope) : protocol::read_modern_meta(*envelope);
  if (!meta) throw std::invalid_argument(meta.error().message);
  server::Incoming in;
  in.loop = &engine->loop;
  in.version = version;
  in.meta = std::move(*meta);
  in.session = session;
  if (session) {
    in.meta.capabilities = session->capabilities;
    in.meta.log_level = session->log_level();
  }
  in.channel = std::move(inbox);
  in.principal = options.principal;
  in.rate_identity = options.principal;
  in.request_id = "test-" + std::to_string(id);
  in.bytes_in = message.size();
  return engine->dispatcher.start(std::move(in), *envelope);
}

Client::Client(Server& server, Options options)
    : impl_(std::make_shared<Impl>(std::make_shared<Engine>(server, options), options)) {}

Client Client::another(Options options) const {
  return Client(std::make_shared<Impl>(impl_->engine, std::move(options)));
}

Pending Client::start(std::string_view method, Json params) {
  return Pending(std::make_shared<Pending::State>(impl_, method, params));
}
Reply Client::request(std::string_view method, Json params) {
  return start(method, std::move(params)).reply();
}

Pending Client::start_call(std::string_view tool, Json arguments) {
  return start("tools/call", Json::trusted(R"({"name":)" + json::quoted(tool) + R"(,"arguments":)" +
                                           std::move(arguments).text() + "}"));
}
Reply Client::call(std::string_view tool, Json arguments) {
  return start_call(tool, std::move(arguments)).reply();
}
Reply Client::call(std::string_view tool, std::string_view arguments) {
  auto parsed = Json::parse(std::string(arguments));
  if (!parsed) throw std::invalid_argument("arguments: " + parsed.error().message);
  return call(tool, std::move(*parsed));
}

Reply Client::read(std::string_view uri) {
  return request("resources/read", Json::trusted(R"({"uri":)" + json::quoted(uri) + "}"));
}
Reply Client::get_prompt(std::string_view name, Json arguments) {
  return request("prompts/get",
                 Json::trusted(R"({"name":)" + json::quoted(name) + R"(,"arguments":)" +
                               std::move(arguments).text() + "}"));
}
Reply Client::list(std::string_view what) {
  return request(what == "templates" ? "resources/templates/list" : std::string(what) + "/list");
}

void Client::on_question(std::function<Json(Question const&)> answer) {
  impl_->answer = std::move(answer);
}

void Client::poll() { impl_->engine->poll(); }

void Client::advance(std::chrono::nanoseconds by) {
  if (!impl_->engine->clock) throw std::logic_error("advance() needs Options::clock");
  impl_->engine->clock->advance(by);
  impl_->engine->poll();
}

Client::CacheCounts Client::cache_counts() const {
  auto const& engine = *impl_->engine;
  return {engine.hits, engine.misses, engine.bypasses};
}

}  // namespace rampart::testing
