#include "http/date.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <limits>

namespace rampart::http {
namespace {
constexpr std::array<char const*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<char const*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
struct Cached {
  std::time_t second = std::numeric_limits<std::time_t>::min();
  std::array<char, 64> text{};
  std::size_t size = 0;
};
thread_local Cached cached;
}  // namespace

std::string_view http_date(std::chrono::system_clock::time_point now) {
  std::time_t const second = std::chrono::system_clock::to_time_t(now);
  if (second != cached.second) {
    std::tm utc{};
    gmtime_r(&second, &utc);
    // Not strftime: its names follow the locale.
    int const size =
        std::snprintf(cached.text.data(), cached.text.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                      days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                      months[static_cast<std::size_t>(utc.tm_mon)], 1900 + utc.tm_year, utc.tm_hour,
                      utc.tm_min, utc.tm_sec);
    cached.size = static_cast<std::size_t>(size);
    cached.second = second;
  }
  return {cached.text.data(), cached.size};
}

}  // namespace rampart::http
