#include "server/asking.hpp"

#include "json/document.hpp"
#include "json/write.hpp"

namespace rampart::server {
namespace {

constexpr std::size_t max_answers = 64;

void append_map(std::string& out, std::map<std::string, std::string, std::less<>> const& map) {
  out += '{';
  for (auto const& [key, json] : map) {
    if (out.back() != '{') out += ',';
    json::append_string(out, key);
    out += ':';
    out += json;
  }
  out += '}';
}

void read_map(std::optional<Node> node, std::map<std::string, std::string, std::less<>>& out) {
  if (!node) return;
  for (auto const& [key, value] : node->members()) out.emplace(key, value.text());
}

std::int64_t seconds(std::chrono::system_clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

Failure rejected() {
  return fail(Error(Errc::state_rejected, "requestState is not valid for this request", {},
                    R"({"reason":"invalid_request_state"})"));
}

}  // namespace

std::string state_binding(std::string_view principal, std::string_view method,
                          std::string_view name, std::string_view arguments_digest) {
  std::string out = "rampart-state-1";
  for (std::string_view part : {principal, method, name, arguments_digest}) {
    out += '\n';
    out += std::to_string(part.size());
    out += ':';
    out += part;
  }
  return out;
}

std::string input_required_members(std::vector<Ask> const& asks, std::string const& sealed_state) {
  std::string out = R"("inputRequests":{)";
  for (auto const& ask : asks) {
    if (out.back() != '{') out += ',';
    json::append_string(out, ask.key);
    out += R"(:{"method":")";
    out += ask.method;
    out += R"(","params":)";
    out += ask.params;
    out += '}';
  }
  out += R"(},"requestState":)";
  json::append_string(out, sealed_state);
  return out;
}

Result<std::string> seal_state(crypto::Sealer const& sealer, std::string_view binding,
                               CallState::Kept const& kept,
                               std::chrono::system_clock::time_point expires,
                               std::size_t max_bytes) {
  std::string plain = R"({"expires":)" + std::to_string(seconds(expires)) + R"(,"round":)" +
                      std::to_string(kept.round) + R"(,"answers":)";
  append_map(plain, kept.answers);
  plain += R"(,"memos":)";
  append_map(plain, kept.memos);
  plain += '}';
  if (plain.size() > max_bytes)
    return fail(Errc::invalid_params, "the answers so far take more than " +
                                          std::to_string(max_bytes) +
                                          " bytes; ask for less or keep it on the server");
  return sealer.seal(plain, binding);
}

Result<CallState::Kept> open_state(crypto::Sealer const& sealer, std::string_view binding,
                                   std::string_view sealed,
                                   std::chrono::system_clock::time_point now) {
  auto const plain = sealer.open(sealed, binding);
  if (!plain) return rejected();
  auto const document = json::Document::parse_copy(*plain);
  if (!document) return rejected();
  auto const expires = document->root().find("expires");
  auto const round = document->root().find("round");
  if (!expires || !round || expires->as_int64().value_or(0) <= seconds(now)) return rejected();
  CallState::Kept kept;
  kept.round = static_cast<int>(round->as_int64().value_or(0));
  read_map(document->root().find("answers"), kept.answers);
  read_map(document->root().find("memos"), kept.memos);
  return kept;
}

Result<void> take_input_responses(Node params, CallState& state) {
  auto const responses = params.find("inputResponses");
  if (!responses) return {};
  if (!responses->is_object())
    return fail(Errc::invalid_params, "params.inputResponses must be an object");
  if (responses->size() > max_answers)
    return fail(Errc::invalid_params,
                "params.inputResponses has more than " + std::to_string(max_answers) + " members");
  for (auto const& [key, value] : responses->members())
    state.give(std::string(key), Answer{value.text(), false});
  return {};
}

}  // namespace rampart::server
