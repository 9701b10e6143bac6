#include "runtime/drain.hpp"

namespace rampart::runtime {
namespace {

using std::chrono::milliseconds;

/// How long children may take to end: the end of their input, TERM, KILL.
constexpr milliseconds upstreams_end{7'000};

}  // namespace

void end_sessions(server::Sessions& sessions) {
  for (auto const& session : sessions.all()) {
    for (auto& call : session->running()) {
      auto& loop = call->loop;
      loop.post([call = std::move(call)] {
        if (call->awaits_client()) call->cancel(server::CancelReason::session_ended);
      });
    }
    session->close();
  }
}

bool wait_for(SignalWait& signals, milliseconds limit, std::function<bool()> const& done) {
  auto const until = base::Steady::now() + limit;
  while (!done()) {
    auto const left = std::chrono::duration_cast<milliseconds>(until - base::Steady::now());
    if (left <= milliseconds(0)) return false;
    if (signals.wait(std::min(left, milliseconds(20))) == Wakeup::terminate) std::_Exit(130);
  }
  return true;
}

void end_upstreams(Fronting* fronting, SignalWait& signals) {
  if (!fronting) return;
  fronting->stop();
  wait_for(signals, upstreams_end, [fronting] { return fronting->done(); });
}

void end_redis(RedisCache* redis, SignalWait& signals) {
  if (!redis) return;
  redis->stop();
  wait_for(signals, last_words, [redis] { return redis->done(); });
}

}  // namespace rampart::runtime
