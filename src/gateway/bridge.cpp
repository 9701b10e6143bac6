#include "gateway/bridge.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/conversation.hpp"
#include "gateway/fallback.hpp"
#include "gateway/reply.hpp"
#include "server/foreign.hpp"

namespace rampart::gateway {

using server::Rendered;
using upstream::Event;

namespace {

/// What an upstream asks together comes one message after the other.
constexpr std::chrono::milliseconds gathering_time{10};

Task<void> gather(async::Loop& loop) {
  boost::asio::steady_timer timer(loop.context(), gathering_time);
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

}  // namespace

// A conversation is one pass of the handler: from its start or from the client's answers to an end
// or to further questions.
Task<Result<Rendered>> Bridge::run(Context context, std::shared_ptr<Target const> target,
                                   std::string params, std::string arguments) {
  auto& state = context.state();
  state.upstream = target->upstream->name();
  Conversation talk(parking_, state, *target, std::move(params), std::move(arguments));
  if (auto const resumed = talk.resume(); !resumed) co_return Failure(resumed.error());
  auto const stop = state.stop.get_token();
  for (;;) {
    if (talk.asking() && !talk.run().ready()) {
      co_await gather(loop_);
      if (!talk.run().ready()) co_return talk.park();
    }
    auto event = co_await talk.run().next(stop);
    switch (event.kind) {
      case Event::Kind::progress:
        forward_progress(event.json, state);
        break;
      case Event::Kind::log:
        forward_log(event.json, state);
        break;
      case Event::Kind::acknowledged:
        break;
      case Event::Kind::question:
        talk.ask(event);
        break;
      case Event::Kind::released:
        context.release_stream();
        break;
      case Event::Kind::broken:
        if (target->fallback && server::is_away(event.failure))
          co_return fallback_result(*target->fallback, std::move(event.failure));
        co_return Failure(std::move(event.failure));
      case Event::Kind::error: {
        if (talk.met_another_server(event)) {
          co_await target->upstream->open_anew(stop);
          talk.start_anew();
          break;
        }
        auto failed = talk.fail_with(event);
        if (failed) co_return std::move(*failed);
        break;
      }
      case Event::Kind::result: {
        auto done = talk.complete_with(event);
        if (done) co_return std::move(*done);
        break;
      }
    }
  }
}

}  // namespace rampart::gateway
