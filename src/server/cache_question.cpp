#include "server/cache_question.hpp"

#include "crypto/sha256.hpp"
#include "json/canonical.hpp"
#include "server/dispatcher.hpp"

namespace rampart::server {
namespace {

// A new number makes every entry of an older format a miss.
constexpr std::string_view key_format = "rampart-cache-1";

std::string capability_bits(ClientCapabilities const& c) {
  std::string out;
  for (bool bit : {c.sampling, c.sampling_tools, c.sampling_context, c.elicitation_form,
                   c.elicitation_url, c.roots})
    out += bit ? '1' : '0';
  return out;
}

/// SHA-256 over everything an answer depends on, as 64 hex digits; the same for every level and
/// process. Without `principal` it is everybody's.
std::string cache_key(Call const& call, std::string_view name, std::string_view revision,
                      std::string_view arguments, std::string_view principal) {
  crypto::Sha256 digest;
  auto const& facts = call.state->facts;
  auto add = [&digest](std::string_view part) {
    digest.update(std::to_string(part.size())).update(":").update(part);
  };
  add(key_format);
  add(facts.server_name);
  add(call.method.name);
  add(name);
  add(revision);
  add(arguments);
  add(protocol::name(call.version));
  add(capability_bits(facts.capabilities));
  add(principal);
  return crypto::hex(digest.finish());
}

}  // namespace

CacheQuestion tool_question(Call const& call, Tool const& tool, Node arguments) {
  auto const& spec = tool.spec;
  auto const whose =
      spec.cache_public ? std::string_view() : std::string_view(call.state->facts.principal);
  CacheQuestion out;
  out.key = cache_key(call, spec.name, spec.revision, json::canonical(arguments), whose);
  if (tool.foreign) {
    out.stale = tool.foreign->staleness();
    out.limit = tool.foreign->limit();
  }
  return out;
}

CacheQuestion read_question(Call const& call, std::string_view uri, Keeping keeping) {
  CacheQuestion out;
  out.key = cache_key(call, uri, keeping.revision, {}, call.state->facts.principal);
  out.public_key = cache_key(call, uri, keeping.revision, {}, {});
  out.hinted = true;
  out.stale = keeping.stale;
  return out;
}

}  // namespace rampart::server
