// The first thing found wrong with a schema while it is compiled. Compilation runs on to its end,
// which its limits bound, instead of testing for failure at every step.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rampart/error.hpp"

namespace rampart::json {

class Problem {
 public:
  /// `pointer`: the place as Site has it.
  void add(std::string_view pointer, std::string_view what) {
    if (error_) return;
    std::string place = pointer.empty() ? "schema: " : "schema at " + std::string(pointer) + ": ";
    error_ = Error(Errc::invalid_params, place += what);
  }
  void add(Error error) {
    if (!error_) error_ = std::move(error);
  }
  bool found() const { return error_.has_value(); }
  Error take() { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace rampart::json
