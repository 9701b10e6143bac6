#include "runtime/drain.hpp"

namespace rampart::runtime {
namespace {

using std::chrono::milliseconds;

/// After the drain's timeout: how long cancelled calls may take to be answered and logged.
constexpr milliseconds last_words{1'000};

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

bool wait_for(SignalWait& signals, Observability& observability, milliseconds limit,
              std::function<bool()> const& done) {
  auto const until = base::Steady::now() + limit;
  while (!done()) {
    auto const left = std::chrono::duration_cast<milliseconds>(until - base::Steady::now());
    if (left <= milliseconds(0)) return false;
    if (signals.wait(std::min(left, milliseconds(20))) != Wakeup::terminate) continue;
    observability.flush();
    std::_Exit(130);
  }
  return true;
}

void cancel_calls(Engine& engine, SignalWait& signals, Observability& observability) {
  engine.dispatcher.cancel_all(server::CancelReason::drain);
  wait_for(signals, observability, last_words, [&] { return engine.dispatcher.open() == 0; });
}

void end_process(bool clean, Behind behind, SignalWait& signals, Observability& observability,
                 LoopThreads& threads) {
  if (auto* const fronting = behind.fronting) {
    fronting->stop();
    wait_for(signals, observability, upstreams_end, [fronting] { return fronting->done(); });
  }
  if (auto* const redis = behind.redis) {
    redis->stop();
    wait_for(signals, observability, last_words, [redis] { return redis->done(); });
  }
  observability.flush();
  observability.log.info("stopped");
  if (!clean) std::_Exit(0);
  threads.stop();
}

}  // namespace rampart::runtime
