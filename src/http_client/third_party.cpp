// The one translation unit of this module that compiles Beast's bodies
// (BOOST_BEAST_SEPARATE_COMPILATION). The server's http module has the same; a program that links
// both archives takes the first.
#define BOOST_ENABLE_ASSERT_HANDLER  // see base/assertion.hpp
#include <boost/beast/src.hpp>
