// What an exception says about itself: type, message, the causes nested in it, and where it was
// thrown.
#pragma once
#include <exception>
#include <string>
#include <vector>

namespace rampart::base {

struct ExceptionInfo {
  struct Cause {
    std::string type;
    std::string message;
  };
  std::string type;  ///< demangled: "std::out_of_range"
  std::string message;
  std::vector<Cause> causes;       ///< nested exceptions, outermost first, at most eight
  std::vector<std::string> stack;  ///< of the innermost recorded throw; empty when not recorded
};

ExceptionInfo describe(std::exception_ptr const& what);

/// Records the call stack of every throw in this process from now on, or stops that. Costs some
/// 10 us a throw; off at start. Has no effect in a program that links libstdc++ statically.
void record_throw_sites(bool on);

/// Frames of the newest recorded throw of this very exception object, innermost first.
std::vector<void*> throw_site(std::exception_ptr const& what);

}  // namespace rampart::base
