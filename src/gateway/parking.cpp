#include "gateway/parking.hpp"

#include <algorithm>

#include "base/ids.hpp"

namespace rampart::gateway {

Parking::~Parking() { *self_ = nullptr; }

Result<std::string> Parking::put(Parked parked, std::chrono::milliseconds limit,
                                 std::stop_token stop) {
  if (entries_.size() >= max_parked)
    return fail(Errc::overloaded, "too many calls wait for their clients' answers");
  auto const id = base::mint_hex_id();
  parked.run->pause();
  auto& entry = entries_[id];
  entry = std::make_unique<Entry>(std::move(parked), [this, id] { give_up(id); });
  entry->since = loop_.now();
  loop_.arm(entry->limit, loop_.now() + limit);
  // Stop is requested from wherever the client's connection lives.
  entry->on_stop.emplace(std::move(stop), [&loop = loop_, self = self_, id] {
    loop.post([self, id] {
      if (*self) (*self)->give_up(id);
    });
  });
  return id;
}

std::optional<Parked> Parking::take(std::string_view id, std::string_view principal) {
  auto const it = entries_.find(id);
  if (it == entries_.end() || it->second->parked.principal != principal) return std::nullopt;
  auto parked = std::move(it->second->parked);
  entries_.erase(it);
  return parked;
}

void Parking::give_up_oldest(upstream::Upstream const& upstream, std::size_t at_least) {
  auto oldest = entries_.end();
  std::size_t waiting = 0;
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (&it->second->parked.run->upstream() != &upstream) continue;
    ++waiting;
    if (oldest == entries_.end() || it->second->since < oldest->second->since) oldest = it;
  }
  if (waiting > 0 && waiting >= at_least) give_up(std::string(oldest->first));
}

void Parking::give_up(std::string const& id) {
  auto const it = entries_.find(id);
  if (it == entries_.end()) return;
  auto const entry = std::move(it->second);
  entries_.erase(it);
}

}  // namespace rampart::gateway
