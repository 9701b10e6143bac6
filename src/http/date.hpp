// The Date header's text (RFC 9110 section 5.6.7), made once a second on each thread.
#pragma once
#include <chrono>
#include <string_view>

namespace rampart::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT". The view lasts until the thread's next call.
std::string_view http_date(std::chrono::system_clock::time_point now);

}  // namespace rampart::http
