// Time comes in as an argument everywhere but here, so that tests own it.
#pragma once
#include <chrono>

#include "rampart/clock.hpp"

namespace rampart::base {

using Steady = std::chrono::steady_clock;
using Wall = std::chrono::system_clock;

/// Two real implementations exist: the system's clock, and the fake one of rampart/testing.hpp.
using rampart::Clock;

/// The process's clock; lives for ever.
Clock const& system_clock();

}  // namespace rampart::base
