#include "gateway/bridge.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/conversation.hpp"
#include "gateway/reply.hpp"

namespace rampart::gateway {

using server::Rendered;
using upstream::Event;

// A conversation is one pass of the handler: from its start or from the client's answers to an end
// or to further questions.
Task<Result<Rendered>> Bridge::run(Context context, std::shared_ptr<Target const> target,
                                   std::string params, std::string arguments) {
  auto& state = context.state();
  Conversation talk(parking_, state, *target, std::move(params), std::move(arguments));
  if (auto const resumed = talk.resume(); !resumed) co_return Failure(resumed.error());
  auto const stop = state.stop.get_token();
  for (;;) {
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
        if (!talk.ask(event)) break;
        // What comes together is asked together: what arrived with it is read by the next turn.
        co_await boost::asio::post(loop_.context(), boost::asio::use_awaitable);
        if (talk.run().ready()) break;
        co_return talk.park();
      case Event::Kind::broken:
        co_return Failure(std::move(event.failure));
      case Event::Kind::error: {
        auto failed = talk.fail_with(event.json);
        if (failed) co_return std::move(*failed);
        break;
      }
      case Event::Kind::result: {
        auto done = talk.complete_with(event.json);
        if (done) co_return std::move(*done);
        break;
      }
    }
  }
}

}  // namespace rampart::gateway
