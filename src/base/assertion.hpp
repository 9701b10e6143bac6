// What a library asserts of its own state becomes an exception where we compile its code with
// BOOST_ENABLE_ASSERT_HANDLER: a peer's bytes that find a mistake in a parser end their connection,
// not the process.
#pragma once
#include <stdexcept>

namespace rampart::base {

class AssertionFailed final : public std::logic_error {
  using std::logic_error::logic_error;
};

}  // namespace rampart::base
