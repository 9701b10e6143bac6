#include "upstream/negotiate.hpp"

#include <algorithm>

#include "json/slice.hpp"
#include "protocol/error_codes.hpp"
#include "protocol/request_meta.hpp"
#include "upstream/message.hpp"
#include "upstream/message_render.hpp"

namespace rampart::upstream {
namespace {
namespace code = protocol::code;
using protocol::Version;
using Versions = std::vector<std::string>;

constexpr std::string_view asked_of_legacy = "2025-11-25 or older";

Verdict give_up(Errc code, std::string message) {
  Verdict verdict;
  verdict.error = Error(code, std::move(message));
  return verdict;
}
Verdict go_on(Verdict::Next next) {
  Verdict verdict;
  verdict.next = next;
  return verdict;
}

bool offers_modern(Versions const& offered) {
  return std::ranges::count(offered, protocol::name(protocol::latest_modern)) > 0;
}
bool offers_legacy(Versions const& offered) {
  return std::ranges::any_of(offered, [](std::string const& text) {
    auto const version = protocol::parse_version(text);
    return version && !protocol::is_modern(*version);
  });
}

Verdict no_common_version(Versions const& offered, std::string_view asked) {
  std::string theirs;
  for (auto const& version : offered) theirs += (theirs.empty() ? "" : ", ") + version;
  return give_up(Errc::unsupported_version, "no common protocol version: the upstream offers " +
                                                (theirs.empty() ? "none" : theirs) +
                                                ", it was asked for " + std::string(asked));
}

/// No modern version among what is offered.
Verdict older_or_none(Versions const& offered, Probe probe) {
  if (probe == Probe::automatic && offers_legacy(offered)) return go_on(Verdict::Next::initialize);
  return no_common_version(offered, protocol::name(protocol::latest_modern));
}

/// The versions that an UnsupportedProtocolVersionError names; nullopt when it is none.
std::optional<Versions> supported_versions(RpcError const& error) {
  if (error.code != code::unsupported_version || !is_object(error.data)) return std::nullopt;
  auto const data = json::slice_valid_object(error.data);
  return data ? strings_of(data->find("supported").value_or("")) : std::nullopt;
}

bool recognised_modern(RpcError const& error) {
  if (error.code == code::header_mismatch) return true;
  if (error.code != code::missing_capability || !is_object(error.data)) return false;
  auto const data = json::slice_valid_object(error.data);
  return data && is_object(data->find("requiredCapabilities").value_or(""));
}

std::string object_or_empty(std::optional<std::string_view> slice) {
  return slice && is_object(*slice) ? std::string(*slice) : "{}";
}
std::string text_or_empty(std::optional<std::string_view> slice) {
  return json::string_of(slice.value_or("")).value_or("");
}

Verdict greet(Version version, json::Slices const& members,
              std::optional<std::string_view> server_info) {
  Verdict verdict;
  verdict.next = Verdict::Next::greet;
  verdict.greeting.version = version;
  verdict.greeting.server_info = object_or_empty(server_info);
  verdict.greeting.capabilities = object_or_empty(members.find("capabilities"));
  verdict.greeting.instructions = text_or_empty(members.find("instructions"));
  return verdict;
}

Verdict read_discover_result(std::string_view result, Probe probe) {
  auto const members = json::slice_valid_object(result);
  auto const offered =
      members ? strings_of(members->find("supportedVersions").value_or("")) : std::nullopt;
  if (!offered) {
    if (probe == Probe::automatic) return go_on(Verdict::Next::initialize);
    return give_up(Errc::unavailable, "the upstream's answer to server/discover has no versions");
  }
  if (!offers_modern(*offered)) return older_or_none(*offered, probe);
  std::optional<std::string_view> server_info;
  auto const meta = members->find("_meta");
  auto const meta_members = json::slice_valid_object(meta.value_or("{}"));
  if (meta_members) server_info = meta_members->find(protocol::meta_key::server_info);
  return greet(protocol::latest_modern, *members, server_info);
}

bool says_nothing(int http_status) {
  return http_status == 401 || http_status == 403 || http_status == 429 || http_status >= 500;
}
bool may_be_another_protocol(int http_status) {
  return http_status == 400 || http_status == 404 || http_status == 405;
}

Verdict judge_discover_error(Event const& answer, Probe probe) {
  auto const error = read_error(answer.json);
  if (error) {
    if (auto const supported = supported_versions(*error)) {
      // A server that refuses the version it names is asked once more, and then cannot be helped.
      if (offers_modern(*supported) && probe == Probe::automatic)
        return go_on(Verdict::Next::discover);
      if (offers_modern(*supported))
        return give_up(Errc::unavailable, "the upstream refused server/discover: " + error->text());
      return older_or_none(*supported, probe);
    }
    if (recognised_modern(*error) || probe == Probe::modern)
      return give_up(Errc::unavailable, "the upstream refused server/discover: " + error->text());
  }
  if (says_nothing(answer.http_status))
    return give_up(Errc::unavailable, "the upstream answered server/discover with HTTP status " +
                                          std::to_string(answer.http_status));
  if (probe == Probe::modern)
    return give_up(Errc::unavailable, "the upstream refused server/discover");
  return go_on(Verdict::Next::initialize);
}

Verdict read_initialize_result(std::string_view result) {
  auto const members = json::slice_valid_object(result);
  auto const text =
      members ? json::string_of(members->find("protocolVersion").value_or("")) : std::nullopt;
  if (!text)
    return give_up(Errc::unavailable, "the upstream's answer to initialize has no protocolVersion");
  auto const version = protocol::parse_version(*text);
  if (!version || protocol::is_modern(*version)) return no_common_version({*text}, asked_of_legacy);
  return greet(*version, *members, members->find("serverInfo"));
}
}  // namespace

Verdict judge_discover(Event const& answer, Probe probe, bool over_http) {
  if (answer.kind == Event::Kind::result) return read_discover_result(answer.json, probe);
  if (answer.kind == Event::Kind::error) return judge_discover_error(answer, probe);
  // Over pipes a status stands for an answer that broke the rules of JSON-RPC.
  bool const legacy = over_http ? may_be_another_protocol(answer.http_status)
                                : answer.failure.code == Errc::deadline || answer.http_status != 0;
  if (legacy && probe == Probe::automatic) return go_on(Verdict::Next::initialize);
  Verdict verdict;
  verdict.error = answer.failure;
  return verdict;
}

Verdict judge_initialize(Event const& answer, Probe probe) {
  if (answer.kind == Event::Kind::result) return read_initialize_result(answer.json);
  Verdict verdict = give_up(answer.failure.code, answer.failure.message);
  verdict.error.detail = answer.failure.detail;
  verdict.not_streamable = may_be_another_protocol(answer.http_status);
  if (auto const error = read_error(answer.json)) {
    auto const supported = supported_versions(*error);
    // Perhaps it was only slow to start, and the probe's answer came too late.
    if (supported && offers_modern(*supported) && probe == Probe::automatic)
      return go_on(Verdict::Next::discover);
    if (supported) return no_common_version(*supported, asked_of_legacy);
    verdict.error = Error(Errc::unavailable, "the upstream refused initialize: " + error->text());
  } else if (answer.kind == Event::Kind::error) {
    verdict.error = Error(Errc::unavailable, "the upstream refused initialize");
  }
  if (verdict.not_streamable)
    verdict.error.message += "; HTTP status " + std::to_string(answer.http_status) +
                             " to initialize: this may be a server of the older HTTP+SSE transport";
  return verdict;
}

// To a modern request older servers answer with status 400 and a code of their SDK's choice:
// TypeScript and Java -32000, Python -32600. A modern server has no such complaint about what we
// send.
bool is_another_server(Event const& answer, Greeting const& greeting) {
  auto const error = answer.kind == Event::Kind::error ? read_error(answer.json) : std::nullopt;
  if (!error) return false;
  if (error->code == code::header_mismatch || error->code == code::unsupported_version) return true;
  bool const refused = error->code == code::invalid_request || error->code == code::server_error;
  return refused && greeting.modern() && may_be_another_protocol(answer.http_status);
}

Request discover_request(ClientCapabilities const& capabilities) {
  Request request;
  request.method = "server/discover";
  request.capabilities = capabilities;
  return request;
}

Request initialize_request(ClientCapabilities const& capabilities, std::string_view client_info) {
  Request request;
  request.method = "initialize";
  request.params = R"("protocolVersion":")";
  request.params += protocol::name(protocol::latest_legacy);
  request.params += R"(","capabilities":)";
  request.params += render_capabilities(capabilities, protocol::latest_legacy);
  request.params += R"(,"clientInfo":)";
  request.params += client_info;
  return request;
}

}  // namespace rampart::upstream
