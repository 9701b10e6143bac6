// The one translation unit that compiles Beast's bodies (BOOST_BEAST_SEPARATE_COMPILATION).
#define BOOST_ENABLE_ASSERT_HANDLER  // see base/assertion.hpp
#include <boost/beast/src.hpp>
