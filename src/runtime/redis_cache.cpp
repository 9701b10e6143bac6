#include "runtime/redis_cache.hpp"

#include <stdexcept>

namespace rampart::runtime {
namespace {

using base::RedisCommand;
using redis::Reply;

redis::ClientOptions client_options(config::Config const& config, std::function<void(bool)> told) {
  auto url = redis::parse_url(config.redis.url);
  if (!url) throw std::runtime_error("REDIS_URL: " + url.error().message);
  redis::ClientOptions options;
  options.url = std::move(*url);
  options.ca_file = config.redis.ca_file;
  options.connection.command_timeout = config.redis.command_timeout;
  // A few large values may wait for the socket, whatever their size was set to.
  auto& limits = options.connection.limits;
  limits.max_unsent_bytes = std::max(limits.max_unsent_bytes, 4 * config.redis.max_entry_bytes);
  options.on_state = std::move(told);
  return options;
}

std::string redis_key(std::string const& key) { return std::string(redis_key_prefix) += key; }

}  // namespace

struct RedisCache::Question {
  base::Steady::time_point since;
  Done done;
  std::int64_t left_ms = 0;
};

RedisCache::RedisCache(config::Config const& config, std::vector<async::Loop*> const& loops,
                       Observability& observability, Readiness& readiness)
    : max_entry_bytes_(config.redis.max_entry_bytes),
      log_(observability.log.child("redis")),
      clock_(observability.clock),
      metrics_(observability.metrics),
      client_(loops,
              client_options(
                  config,
                  [this, &readiness, &up = observability.mcp.dependency("redis")](bool is_up) {
                    readiness.set_result(Check::redis, is_up);
                    up.set(is_up ? 1 : 0);
                    if (is_up)
                      for (auto& told : told_) told = false;
                  }),
              metrics_, log_) {
  if (auto const url = redis::parse_url(config.redis.url); url && !url->password.empty())
    observability.secrets.add(url->password);
}

bool RedisCache::get(async::Loop& loop, std::string const& key, Done done) {
  auto const full_key = redis_key(key);
  auto const ttl = redis::command({"PTTL", full_key});
  // At most a byte more than is ever stored: whatever somebody put there, it does not fill memory.
  auto const value = redis::command({"GETRANGE", full_key, "0", std::to_string(max_entry_bytes_)});
  auto& connection = client_.on(loop);
  if (!connection.ready()) return false;
  if (!connection.has_room(2, ttl.size() + value.size())) {
    metrics_.failed(base::RedisError::overload);
    return false;
  }
  auto const question = std::make_shared<Question>(Question{clock_.now(), std::move(done)});
  // Its life before its value: of two writes in between, the shorter life is taken.
  connection.push(ttl, [question](Result<Reply> const& reply) {
    if (reply) question->left_ms = reply->integer;
  });
  connection.push(value,
                  [this, question](Result<Reply> const& reply) { answered(*question, reply); });
  connection.flush();
  return true;
}

void RedisCache::answered(Question const& question, Result<Reply> const& value) {
  Found found;
  if (useful(RedisCommand::get, question.since, value)) {
    // An entry without an end is somebody's mistake; it is not ours to keep for ever.
    bool const usable = value->kind == Reply::Kind::text && question.left_ms > 0 &&
                        value->text.size() <= max_entry_bytes_;
    found.lookup = usable ? Lookup::found : Lookup::absent;
    if (usable) found.value = value->text;
    // Counted from the question, so that memory never keeps it longer than Redis does.
    auto const asked_for =
        std::chrono::ceil<std::chrono::milliseconds>(clock_.now() - question.since);
    found.left = std::chrono::milliseconds(question.left_ms) - asked_for;
  }
  question.done(std::move(found));
}

void RedisCache::put(async::Loop& loop, std::string const& key, std::string const& value,
                     std::chrono::milliseconds ttl) {
  if (value.size() > max_entry_bytes_) return;
  auto& connection = client_.on(loop);
  if (!connection.ready()) return;
  auto const set =
      redis::command({"SET", redis_key(key), value, "PX", std::to_string(ttl.count())});
  if (!connection.has_room(1, set.size())) return metrics_.failed(base::RedisError::overload);
  connection.push(set, [this, since = clock_.now()](Result<Reply> const& reply) {
    useful(RedisCommand::set, since, reply);
  });
  connection.flush();
}

bool RedisCache::useful(RedisCommand command, base::Steady::time_point since,
                        Result<Reply> const& reply) {
  if (!reply) {
    metrics_.failed(reply.error().code == Errc::deadline ? base::RedisError::deadline
                                                         : base::RedisError::connection);
    return false;
  }
  metrics_.answered(command, clock_.now() - since);
  if (reply->kind != Reply::Kind::error) return true;
  metrics_.failed(base::RedisError::refused);
  refused(command, reply->text);
  return false;
}

// Out of memory, a read-only replica, a user without rights: said once, counted each time.
void RedisCache::refused(RedisCommand command, std::string const& why) {
  if (told_[static_cast<std::size_t>(command)].exchange(true)) return;
  log_.warning("redis_refuses",
               {{"command", command == RedisCommand::get ? "GETRANGE" : "SET"}, {"reason", why}});
}

}  // namespace rampart::runtime
