// Task<T>: what a coroutine handler returns.
#pragma once
#include <boost/asio/awaitable.hpp>

namespace rampart {

/// A C++20 coroutine on Boost.Asio. It stays on the loop that started it.
/// Write co_await once per statement and only as `x = co_await f(args);`, `co_await f(args);` or
/// `co_return co_await f(args);` (docs/coroutines.md says why; `rampart-lint` checks it).
template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace rampart
