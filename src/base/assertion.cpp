#include "base/assertion.hpp"

#include <string>

namespace boost {  // declared by boost/assert.hpp, for the program to define

[[noreturn]] void assertion_failed(char const* expression, char const*, char const* file,
                                   long line) {
  throw rampart::base::AssertionFailed(std::string(file) + ":" + std::to_string(line) + ": " +
                                       expression);
}

[[noreturn]] void assertion_failed_msg(char const* expression, char const*, char const* function,
                                       char const* file, long line) {
  assertion_failed(expression, function, file, line);
}

}  // namespace boost
