#include "base/encoding_time.hpp"

#include <array>
#include <cstring>
#include <string_view>

namespace rampart::base {
namespace {
using Seconds = std::chrono::sys_seconds;

void put_digits(char* out, int width, unsigned value) {
  for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

struct WrittenSecond {
  Seconds second{Seconds::min()};
  std::array<char, 24> text;
};

void write_second(WrittenSecond& written, Seconds second) {
  auto day = std::chrono::floor<std::chrono::days>(second);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss time(second - day);
  written.second = second;
  char* text = written.text.data();
  std::memcpy(text, "0000-00-00T00:00:00.000Z", written.text.size());
  put_digits(text, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits(text + 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text + 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text + 11, 2, static_cast<unsigned>(time.hours().count()));
  put_digits(text + 14, 2, static_cast<unsigned>(time.minutes().count()));
  put_digits(text + 17, 2, static_cast<unsigned>(time.seconds().count()));
}
}  // namespace

void append_timestamp(std::string& out, Wall::time_point at) {
  // Many lines fall into one second; only the milliseconds differ then.
  static thread_local WrittenSecond written;
  auto second = std::chrono::floor<std::chrono::seconds>(at);
  if (second != written.second) write_second(written, second);
  auto rest = std::chrono::floor<std::chrono::milliseconds>(at - second);
  put_digits(written.text.data() + 20, 3, static_cast<unsigned>(rest.count()));
  out.append(written.text.data(), written.text.size());
}

}  // namespace rampart::base
