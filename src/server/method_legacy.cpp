// What only the handshake eras have: initialize, ping, logging/setLevel, resources/subscribe and
// unsubscribe.
#include "json/write.hpp"
#include "server/methods.hpp"

namespace rampart::server::methods {

// The transport has made the session and negotiated the version; here the answer is written.
void initialize(Call& call, Params const&) {
  auto const& registry = call.dispatcher.services.registry;
  Rendered out;
  out.members = R"("protocolVersion":")";
  out.members += protocol::name(call.version);
  out.members += R"(","capabilities":)" + capabilities_json(registry, call.version);
  out.members += R"(,"serverInfo":)" + registry.info_json(call.version);
  if (auto const text = registry.instructions(); !text.empty())
    out.members += R"(,"instructions":)" + json::quoted(text);
  call.succeed(std::move(out));
}

void ping(Call& call, Params const&) { call.succeed({}); }

void set_log_level(Call& call, Params const& params) {
  auto const text = params.text("level");
  if (!text) return call.refuse(text.error());
  auto const level = parse_log_level(*text);
  if (!level)
    return call.refuse(
        Error(Errc::invalid_params,
              "params.level must be one of debug, info, notice, warning, error, critical, "
              "alert, emergency"));
  if (call.session) call.session->set_log_level(*level);
  call.succeed({});
}

void subscribe(Call& call, Params const& params) {
  auto const uri = params.text("uri");
  if (!uri) return call.refuse(uri.error());
  std::string const wanted(*uri);
  call.name = wanted;
  if (call.session) {
    auto const subscribed = call.session->subscribe(wanted);
    if (subscribed == Session::Subscribed::too_many)
      return call.refuse(Error(Errc::overloaded, "this session has too many subscriptions"));
    if (subscribed == Session::Subscribed::now)
      call.dispatcher.services.subscriptions.session_wants(wanted, true);
  }
  call.succeed({});
}

void unsubscribe(Call& call, Params const& params) {
  auto const uri = params.text("uri");
  if (!uri) return call.refuse(uri.error());
  std::string const unwanted(*uri);
  call.name = unwanted;
  if (call.session && call.session->unsubscribe(unwanted))
    call.dispatcher.services.subscriptions.session_wants(unwanted, false);
  call.succeed({});
}

}  // namespace rampart::server::methods
