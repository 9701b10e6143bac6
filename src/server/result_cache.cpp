#include "server/result_cache.hpp"

#include "crypto/sha256.hpp"
#include "json/canonical.hpp"
#include "json/document.hpp"
#include "server/dispatcher.hpp"
#include "server/tool_run.hpp"

namespace rampart::server {
namespace {

// A new number makes every entry of an older format a miss.
constexpr std::string_view key_format = "rampart-cache-1";

/// "<isError>\n<length of meta>\n<meta><members>"
std::string stored_form(Rendered const& rendered) {
  std::string out = rendered.is_error ? "1\n" : "0\n";
  ((out += std::to_string(rendered.meta.size())) += '\n') += rendered.meta;
  return out += rendered.hit_members.empty() ? rendered.members : rendered.hit_members;
}

Rendered restored(std::string_view stored) {
  Rendered out;
  out.is_error = stored.front() == '1';
  stored.remove_prefix(2);
  auto const line = stored.find('\n');
  auto const meta = static_cast<std::size_t>(std::stoul(std::string(stored.substr(0, line))));
  out.meta = stored.substr(line + 1, meta);
  out.members = stored.substr(line + 1 + meta);
  return out;
}

std::string capability_bits(ClientCapabilities const& c) {
  std::string out;
  for (bool bit : {c.sampling, c.sampling_tools, c.sampling_context, c.elicitation_form,
                   c.elicitation_url, c.roots})
    out += bit ? '1' : '0';
  return out;
}

}  // namespace

std::string cache_key(Call const& call, Tool const& tool, Node arguments) {
  crypto::Sha256 digest;
  auto const& facts = call.state->facts;
  auto add = [&digest](std::string_view part) {
    digest.update(std::to_string(part.size())).update(":").update(part);
  };
  add(key_format);
  add(facts.server_name);
  add(call.method.name);
  add(tool.spec.name);
  add(tool.spec.revision);
  add(json::canonical(arguments));
  add(protocol::name(call.version));
  add(capability_bits(facts.capabilities));
  add(tool.spec.cache_public ? std::string_view() : std::string_view(facts.principal));
  return crypto::hex(digest.finish());
}

ResultCache::ResultCache(policy::MemoryCache::Options options, Count count)
    : enabled_(options.ttl > base::Steady::duration::zero()),
      cache_(options),
      flights_(Landing{nullptr, true}),
      count_(std::move(count)) {}

void ResultCache::run(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments) {
  if (!enabled_) {
    bypass();
    return run_uncached(call, tool, arguments);
  }
  auto key = cache_key(call, *tool, arguments);
  if (auto const found = cache_.get(key, call.loop.now())) {
    count_(base::CacheOutcome::hit);
    return call.succeed(restored(*found));
  }
  count_(base::CacheOutcome::miss);
  join(call, tool, arguments, std::move(key));
}

void ResultCache::join(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments,
                       std::string key) {
  // Who waits is told on the leader's thread, and goes on at home.
  auto told = [this, weak = call.weak_from_this(), loop = &call.loop, tool, text = arguments.text(),
               key](Landing const& landing) {
    loop->post([this, weak, tool, text, key, landing] {
      if (auto const waiting = weak.lock()) land(*waiting, tool, text, key, landing);
    });
  };
  auto joined = flights_.join(key, told);
  switch (joined.role) {
    case Flights::Role::leader:
      return lead(call, tool, arguments, std::move(key), std::move(joined.flight));
    case Flights::Role::waiting:
      return call.wait();
    case Flights::Role::refused:
      return run_uncached(call, tool, arguments);
  }
}

void ResultCache::land(Call& call, std::shared_ptr<Tool const> const& tool,
                       std::string const& arguments, std::string const& key,
                       Landing const& landing) {
  if (call.finished() || call.leads) return;  // a leader is answered by its own run
  if (landing.value) return call.succeed(restored(*landing.value));
  auto const document = json::Document::parse_copy(arguments);
  if (!document) return call.refuse(document.error());
  if (landing.abandoned) return join(call, tool, document->root(), key);
  run_uncached(call, tool, document->root());
}

void ResultCache::lead(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments,
                       std::string key, Flights::Flight flight) {
  call.leads = true;
  auto const shared = std::make_shared<Flights::Flight>(std::move(flight));
  call.on_outcome(
      [this, shared, key = std::move(key), loop = &call.loop](Result<Rendered> const& outcome) {
        // A protocol error or a question to the client is the leader's own; the others run for
        // themselves.
        if (!outcome) return shared->complete(Landing{});
        auto const value = std::make_shared<std::string const>(stored_form(*outcome));
        if (!outcome->is_error) cache_.put(key, value, loop->now());
        shared->complete(Landing{value});
      });
  run_uncached(call, tool, arguments);
}

}  // namespace rampart::server
