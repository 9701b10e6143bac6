// One request of a client, served by an upstream of whichever era: what the upstream reports on the
// way goes to the client, what it asks becomes questions of the request (decided by the client's
// era), and the answers find their way back. Loop thread only.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/parking.hpp"
#include "protocol/mcp_headers.hpp"
#include "protocol/methods.hpp"
#include "rampart/context.hpp"
#include "server/call.hpp"

namespace rampart::gateway {

/// What is asked of which upstream.
struct Target {
  std::shared_ptr<upstream::Upstream> upstream;
  protocol::Method method = protocol::Method::tools_call;
  std::string name;  ///< the upstream's own name of the tool or prompt, or the URI
  upstream::Repeatable repeatable = upstream::Repeatable::no;
  std::vector<protocol::MirroredParam> mirrored;
  std::optional<std::string> fallback = {};  ///< what the tool says when the upstream cannot
  bool wrap_structured = false;              ///< see protocol::ResultTranslation
};

class Bridge {
 public:
  /// Questions in a row that one request may bring (rounds).
  static constexpr int max_rounds = 16;

  explicit Bridge(async::Loop& loop) : loop_(loop), parking_(loop) {}

  /// `params`: members for the upstream, without braces. `arguments`: of a tool, for mirrored
  /// headers.
  Task<Result<server::Rendered>> run(Context context, std::shared_ptr<Target const> target,
                                     std::string params, std::string arguments);
  /// Gives up the call of this upstream that has waited for its client for longest, if at least so
  /// many wait.
  void make_room(upstream::Upstream const& upstream, std::size_t at_least) {
    parking_.give_up_oldest(upstream, at_least);
  }
  std::size_t parked() const { return parking_.size(); }

 private:
  async::Loop& loop_;
  Parking parking_;
};

}  // namespace rampart::gateway
