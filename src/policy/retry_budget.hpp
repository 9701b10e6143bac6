// How many retries an upstream is sent altogether: a share of its requests. Without such a bound an
// upstream that is slow to answer gets every request several times, just when it can least bear it.
#pragma once
#include <cstdint>

#include "base/clock.hpp"

namespace rampart::policy {

/// Tokens: a request brings a part of one, so does time, a retry takes one. Not thread-safe.
class RetryBudget {
 public:
  struct Options {
    double ratio = 0.2;      ///< retries for each request
    double per_second = 2;   ///< retries that are there without any requests
    double max_saved = 100;  ///< retries; what is saved beyond is lost
  };

  /// Holds one second's worth at first, and at least one retry.
  RetryBudget(Options options, base::Steady::time_point now);

  void on_request(base::Steady::time_point now);
  /// Takes one retry, if there is one.
  bool try_retry(base::Steady::time_point now);
  double available(base::Steady::time_point now) const;

 private:
  void settle(base::Steady::time_point now);

  Options options_;
  double tokens_ = 0;
  base::Steady::time_point settled_;
};

}  // namespace rampart::policy
