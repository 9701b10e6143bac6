// A cache that several processes share, under the memory of each: what server needs of it.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "async/loop.hpp"

namespace rampart::server {

/// Any loop's thread; what a loop asked for is told on that loop. Never waited for longer than the
/// implementation's time limit.
class SharedCache {
 public:
  enum class Lookup { found, absent, failed };
  struct Found {
    Lookup lookup = Lookup::failed;
    std::string value = {};
    std::chrono::milliseconds left{0};  ///< how much longer it may be used
  };
  using Done = std::function<void(Found)>;

  virtual ~SharedCache() = default;
  /// Whether it is of use at the moment.
  virtual bool up() const = 0;
  /// False, and `done` is dropped, when it cannot be asked now.
  virtual bool get(async::Loop& loop, std::string const& key, Done done) = 0;
  /// Nobody waits for it, and it may be lost.
  virtual void put(async::Loop& loop, std::string const& key, std::string const& value,
                   std::chrono::milliseconds ttl) = 0;
};

}  // namespace rampart::server
