#include "server/session.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "server/call.hpp"

namespace rampart::server {

void Session::set_log_level(LogLevel level) {
  std::lock_guard const lock(mutex_);
  log_level_ = level;
}
std::optional<LogLevel> Session::log_level() const {
  std::lock_guard const lock(mutex_);
  return log_level_;
}

Session::Subscribed Session::subscribe(std::string uri) {
  std::lock_guard const lock(mutex_);
  if (uris_.contains(uri)) return Subscribed::already;
  if (uris_.size() >= limits_.max_subscriptions) return Subscribed::too_many;
  uris_.insert(std::move(uri));
  return Subscribed::now;
}
bool Session::unsubscribe(std::string_view uri) {
  std::lock_guard const lock(mutex_);
  auto const it = uris_.find(uri);
  if (it == uris_.end()) return false;
  uris_.erase(it);
  return true;
}
std::vector<std::string> Session::subscriptions() const {
  std::lock_guard const lock(mutex_);
  return {uris_.begin(), uris_.end()};
}
bool Session::subscribed(std::string_view uri) const {
  std::lock_guard const lock(mutex_);
  return uris_.contains(uri);
}

bool Session::begin(protocol::RequestId const& id, std::weak_ptr<Call> call) {
  std::lock_guard const lock(mutex_);
  return running_.emplace(id, std::move(call)).second;
}
void Session::end(protocol::RequestId const& id) {
  std::lock_guard const lock(mutex_);
  running_.erase(id);
}
std::shared_ptr<Call> Session::running(protocol::RequestId const& id) const {
  std::lock_guard const lock(mutex_);
  auto const it = running_.find(id);
  return it == running_.end() ? nullptr : it->second.lock();
}
std::vector<std::shared_ptr<Call>> Session::running() const {
  std::lock_guard const lock(mutex_);
  std::vector<std::shared_ptr<Call>> out;
  for (auto const& [id, weak] : running_)
    if (auto call = weak.lock()) out.push_back(std::move(call));
  return out;
}

std::int64_t Session::expect(Expected expected) {
  std::lock_guard const lock(mutex_);
  auto const id = next_id_++;
  expected_.emplace(id, std::move(expected));
  return id;
}
std::optional<Session::Expected> Session::answered(std::int64_t id) {
  std::lock_guard const lock(mutex_);
  auto const it = expected_.find(id);
  if (it == expected_.end()) return std::nullopt;
  auto out = std::move(it->second);
  expected_.erase(it);
  return out;
}
std::vector<std::int64_t> Session::forget(std::vector<std::int64_t> const& ids) {
  std::lock_guard const lock(mutex_);
  std::vector<std::int64_t> unanswered;
  for (auto id : ids)
    if (expected_.erase(id) > 0) unanswered.push_back(id);
  return unanswered;
}

std::uint64_t Session::add_stream(std::shared_ptr<MessageStream> stream) {
  std::lock_guard const lock(mutex_);
  auto const number = next_stream_++;
  streams_.emplace(number, std::move(stream));
  // Finished streams that nobody reads are kept for replay, the newest ones only.
  std::size_t finished = 0;
  for (auto it = streams_.rbegin(); it != streams_.rend();) {
    bool const idle = it->first != 0 && it->second->finished() && !attached_.contains(it->first);
    if (idle && ++finished > limits_.max_kept_streams)
      it = std::make_reverse_iterator(streams_.erase(std::next(it).base()));
    else
      ++it;
  }
  return number;
}
std::shared_ptr<MessageStream> Session::stream(std::uint64_t number) const {
  if (number == 0) return std::dynamic_pointer_cast<MessageStream>(out);
  std::lock_guard const lock(mutex_);
  auto const it = streams_.find(number);
  return it == streams_.end() ? nullptr : it->second;
}

void Session::attach(std::uint64_t number, std::function<void()> evicted, void const* owner) {
  std::function<void()> older;
  {
    std::lock_guard const lock(mutex_);
    auto& slot = attached_[number];
    older = std::move(slot.evicted);
    slot = Attached{std::move(evicted), owner};
  }
  if (older) older();
}
void Session::detach(std::uint64_t number, void const* owner) {
  std::lock_guard const lock(mutex_);
  auto const it = attached_.find(number);
  if (it != attached_.end() && it->second.owner == owner) attached_.erase(it);
}

void Session::touch(base::Steady::time_point now) {
  std::lock_guard const lock(mutex_);
  last_used_ = now;
}
base::Steady::time_point Session::last_used() const {
  std::lock_guard const lock(mutex_);
  return last_used_;
}
bool Session::busy() const {
  std::lock_guard const lock(mutex_);
  return !running_.empty() || !attached_.empty();
}
void Session::close() {
  std::map<std::uint64_t, Attached> attached;
  {
    std::lock_guard const lock(mutex_);
    closed_ = true;
    attached.swap(attached_);
  }
  for (auto& [number, connection] : attached)
    if (connection.evicted) connection.evicted();
}
bool Session::closed() const {
  std::lock_guard const lock(mutex_);
  return closed_;
}

Result<std::shared_ptr<Session>> Sessions::create(protocol::Version version,
                                                  ClientCapabilities capabilities,
                                                  std::string principal,
                                                  base::Steady::time_point now) {
  if (size_ >= limits_.max_sessions) expire(now);
  if (size_ >= limits_.max_sessions)
    return fail(Errc::overloaded, "too many sessions; end one or try later");
  MessageStream::Options const kept{true, true, limits_.stream_messages, limits_.stream_bytes};
  auto session =
      std::make_shared<Session>(base::mint_hex_id(), version, capabilities, std::move(principal),
                                std::make_shared<MessageStream>(kept), limits_);
  adopt(session, now);
  return session;
}

bool Sessions::adopt(std::shared_ptr<Session> session, base::Steady::time_point now) {
  session->started = now;
  session->touch(now);
  Shard& home = shard(session->id);
  std::lock_guard const lock(home.mutex);
  if (!home.by_id.try_emplace(session->id, session).second) return false;
  ++size_;
  return true;
}

std::shared_ptr<Session> Sessions::find(std::string_view id, std::string_view principal) const {
  Shard& home = shard(id);
  std::lock_guard const lock(home.mutex);
  auto const it = home.by_id.find(std::string(id));
  if (it == home.by_id.end() || it->second->principal != principal) return nullptr;
  return it->second;
}

bool Sessions::erase(std::string_view id) {
  std::shared_ptr<Session> ended;
  {
    Shard& home = shard(id);
    std::lock_guard const lock(home.mutex);
    auto const it = home.by_id.find(std::string(id));
    if (it == home.by_id.end()) return false;
    ended = std::move(it->second);
    home.by_id.erase(it);
    --size_;
  }
  ended->close();
  if (on_end) on_end(*ended);
  return true;
}

std::vector<std::shared_ptr<Session>> Sessions::expire(base::Steady::time_point now) {
  std::vector<std::shared_ptr<Session>> expired;
  for (auto const& session : all())
    if (!session->busy() && session->last_used() + limits_.idle <= now && erase(session->id))
      expired.push_back(session);
  return expired;
}

std::vector<std::shared_ptr<Session>> Sessions::all() const {
  std::vector<std::shared_ptr<Session>> out;
  for (Shard& each : shards_) {
    std::lock_guard const lock(each.mutex);
    for (auto const& [id, session] : each.by_id) out.push_back(session);
  }
  return out;
}

std::size_t Sessions::size() const { return size_; }

}  // namespace rampart::server
