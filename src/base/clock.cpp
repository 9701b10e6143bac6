#include "base/clock.hpp"

namespace rampart::base {
namespace {
class SystemClock final : public Clock {
 public:
  Steady::time_point now() const override { return Steady::now(); }
  Wall::time_point wall() const override { return Wall::now(); }
};
}  // namespace

Clock const& system_clock() {
  static SystemClock const clock;
  return clock;
}
}  // namespace rampart::base
