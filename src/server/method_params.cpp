// What several methods share: reading params, capabilities, cache hints, the start of asking.
#include <algorithm>

#include "crypto/sha256.hpp"
#include "json/canonical.hpp"
#include "json/slice.hpp"
#include "server/asking.hpp"
#include "server/methods.hpp"

namespace rampart::server::methods {

Result<std::string_view> Params::text(std::string_view key) const {
  auto const value = find(key);
  if (!value) return fail(Errc::invalid_params, "params." + std::string(key) + " is missing");
  auto const text = value->as_string();
  if (!text) return fail(Errc::invalid_params, "params." + std::string(key) + " must be a string");
  return *text;
}

Result<std::string> Params::spliced(std::string_view key) const {
  auto const value = find(key);
  if (!value) return std::string();
  std::string out;
  if (auto const envelope = json::slice_valid_object(message); !message.empty() && envelope)
    if (auto const params = envelope->find("params"))
      if (auto const members = json::slice_valid_object(*params))
        if (auto const found = members->find(key)) out = *found;
  if (out.empty()) out = value->text();
  if (auto const members = json::slice_valid_object(out); members && members->has_duplicate())
    return fail(Errc::invalid_params, "params." + std::string(key) + " has the member " +
                                          std::string(*members->duplicate()) + " twice");
  return out;
}

std::string capabilities_json(Registry const& registry, protocol::Version version) {
  auto const catalog = registry.catalog();
  std::string out = R"({"tools":{"listChanged":true})";
  if (!catalog->resources.list().empty() || !catalog->templates.list().empty())
    out += R"(,"resources":{"subscribe":true,"listChanged":true})";
  if (!catalog->prompts.list().empty()) out += R"(,"prompts":{"listChanged":true})";
  bool const completes =
      !catalog->completions.empty() ||
      std::ranges::any_of(catalog->prompts.list(),
                          [](auto const& p) { return p->foreign && p->foreign->completes(); }) ||
      std::ranges::any_of(catalog->templates.list(),
                          [](auto const& t) { return t->foreign && t->foreign->completes(); });
  if (completes && protocol::has_completions_capability(version)) out += R"(,"completions":{})";
  out += R"(,"logging":{}})";
  return out;
}

protocol::CacheHints own_cache_hints(Call const& call) {
  return {static_cast<std::uint64_t>(call.dispatcher.options.list_ttl.count()), false};
}

std::string const& digest_arguments(Call& call, std::optional<Node> arguments) {
  if (call.arguments_digest.empty())
    call.arguments_digest =
        crypto::hex(crypto::sha256(arguments ? json::canonical(*arguments) : "{}"));
  return call.arguments_digest;
}

void audit_arguments(Call& call, std::optional<Node> arguments) {
  if (call.dispatcher.options.digest_arguments) digest_arguments(call, arguments);
}

Result<void> prepare_asking(Call& call, Params const& params, std::optional<Node> arguments) {
  if (!call.modern()) return {};
  auto const sealed = params.find("requestState");
  bool const answers = params.find("inputResponses").has_value();
  auto const& client = call.state->facts.capabilities;
  bool const can_ask =
      client.sampling || client.roots || client.elicitation_form || client.elicitation_url;
  if (!can_ask && !sealed && !answers) return {};
  call.binding = state_binding(call.state->facts.principal, call.method.name, call.name,
                               digest_arguments(call, arguments));
  if (sealed) {
    auto const text = sealed->as_string();
    if (!text) return fail(Errc::invalid_params, "params.requestState must be a string");
    auto kept =
        open_state(call.dispatcher.services.sealer, call.binding, *text, call.loop.clock().wall());
    if (!kept) return Failure(kept.error());
    call.state->restore(std::move(*kept));
  }
  return take_input_responses(*params.node, *call.state);
}

}  // namespace rampart::server::methods
