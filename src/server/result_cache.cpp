#include "server/result_cache.hpp"

#include "base/random.hpp"
#include "crypto/sha256.hpp"
#include "json/canonical.hpp"
#include "json/document.hpp"
#include "policy/jitter.hpp"
#include "server/dispatcher.hpp"
#include "server/stored_result.hpp"
#include "server/tool_run.hpp"

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

// Processes that filled together do not run together again: up to a tenth of it is taken off.
std::chrono::milliseconds ResultCache::lifetime() const {
  auto const share = 1 - policy::fraction_of(base::random_u64()) / 10;
  auto const part = policy::share_of(ttl_, share);
  return std::chrono::ceil<std::chrono::milliseconds>(part);
}

ResultCache::ResultCache(policy::MemoryCache::Options options, Count count)
    : ttl_(options.ttl),
      cache_(options),
      flights_(Landing{nullptr, Outcome::miss, true}),
      count_(std::move(count)) {}

void ResultCache::run(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments) {
  if (ttl_ <= base::Steady::duration::zero()) {
    bypass();
    return run_uncached(call, tool, arguments);
  }
  auto key = cache_key(call, *tool, arguments);
  if (auto const found = cache_.get(key, call.loop.now())) {
    count_(Outcome::hit);
    return call.succeed(restored(*found));
  }
  // Whether it is a hit is known when the shared level has answered.
  if (!shared_) count_(Outcome::miss);
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
      return shared_ ? ask_shared(call, tool, arguments, std::move(key), std::move(joined.flight))
                     : lead(call, tool, arguments, std::move(key), std::move(joined.flight));
    case Flights::Role::waiting:
      return call.wait();
    case Flights::Role::refused:
      if (shared_) count_(Outcome::miss);
      return run_uncached(call, tool, arguments);
  }
}

void ResultCache::land(Call& call, std::shared_ptr<Tool const> const& tool,
                       std::string const& arguments, std::string const& key,
                       Landing const& landing) {
  if (call.finished() || call.leads) return;  // a leader is answered by its own run
  if (shared_ && !landing.abandoned) count_(landing.outcome);
  if (landing.value) return call.succeed(restored(*landing.value));
  auto const document = json::Document::parse_copy(arguments);
  if (!document) return call.refuse(document.error());
  if (landing.abandoned) return join(call, tool, document->root(), key);
  run_uncached(call, tool, document->root());
}

void ResultCache::ask_shared(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments,
                             std::string key, Flights::Flight flight) {
  call.leads = true;
  auto const leader = std::make_shared<Flights::Flight>(std::move(flight));
  auto done = [this, weak = call.weak_from_this(), tool, text = arguments.text(), key,
               leader](SharedCache::Found const& found) {
    auto const waiting = weak.lock();
    // Without its leader the flight is abandoned, and another leads.
    if (waiting && !waiting->finished()) told_by_shared(*waiting, tool, text, key, leader, found);
  };
  bool const asked = shared_->get(call.loop, key, std::move(done));
  if (asked) return call.wait();
  count_(Outcome::miss);
  lead(call, tool, arguments, std::move(key), std::move(*leader), Outcome::miss);
}

void ResultCache::told_by_shared(Call& call, std::shared_ptr<Tool const> const& tool,
                                 std::string const& arguments, std::string const& key,
                                 std::shared_ptr<Flights::Flight> const& leader,
                                 SharedCache::Found const& found) {
  auto stored = found.lookup == SharedCache::Lookup::found ? unframed(found.value) : std::nullopt;
  if (stored) {
    auto const value = std::make_shared<std::string const>(std::move(*stored));
    cache_.put(key, value, call.loop.now(), std::min<base::Steady::duration>(found.left, ttl_));
    count_(Outcome::hit);
    leader->complete(Landing{value, Outcome::hit});
    return call.succeed(restored(*value));
  }
  auto const outcome = found.lookup == SharedCache::Lookup::failed ? Outcome::error : Outcome::miss;
  count_(outcome);
  auto const document = json::Document::parse_copy(arguments);
  if (!document) return call.refuse(document.error());
  lead(call, tool, document->root(), key, std::move(*leader), outcome);
}

void ResultCache::lead(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments,
                       std::string key, Flights::Flight flight, Outcome outcome_of_lookup) {
  call.leads = true;
  auto const shared = std::make_shared<Flights::Flight>(std::move(flight));
  call.on_outcome([this, shared, key = std::move(key), loop = &call.loop,
                   outcome_of_lookup](Result<Rendered> const& outcome) {
    // A protocol error or a question to the client is the leader's own; the others run for
    // themselves.
    if (!outcome) return shared->complete(Landing{nullptr, outcome_of_lookup});
    auto const value = std::make_shared<std::string const>(stored_form(*outcome));
    if (!outcome->is_error) keep(*loop, key, value);
    shared->complete(Landing{value, outcome_of_lookup});
  });
  run_uncached(call, tool, arguments);
}

void ResultCache::keep(async::Loop& loop, std::string const& key, Value const& value) {
  if (!shared_) {
    cache_.put(key, value, loop.now());
    return;
  }
  auto const ttl = lifetime();
  cache_.put(key, value, loop.now(), ttl);
  shared_->put(loop, key, framed(*value), ttl);
}

}  // namespace rampart::server
