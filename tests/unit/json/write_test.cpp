#include "json/write.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "json/document.hpp"

namespace rampart::json {
namespace {

std::string written(double value) {
  std::string out;
  append_double(out, value);
  return out;
}

TEST(AppendString, EscapesWhatJsonDemandsAndNothingElse) {
  EXPECT_EQ(json::quoted(""), R"("")");
  EXPECT_EQ(json::quoted("plain text / with 'all' sorts <of> & signs\x7f"),
            "\"plain text / with 'all' sorts <of> & signs\x7f\"");
  EXPECT_EQ(json::quoted("a\"b\\c\b\f\n\r\t"), R"("a\"b\\c\b\f\n\r\t")");
  EXPECT_EQ(json::quoted(std::string("\0\x01\x1f", 3)), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(json::quoted("grüße 世界 🎉"), "\"grüße 世界 🎉\"");
}

TEST(AppendString, FindsASpecialByteAtEveryPosition) {
  for (std::size_t length = 1; length < 40; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string before(at, '!'), after(length - at - 1, '#');
      EXPECT_EQ(json::quoted(before + '"' + after), '"' + before + "\\\"" + after + '"');
      EXPECT_EQ(json::quoted(before + '\n' + after), '"' + before + "\\n" + after + '"');
      EXPECT_EQ(json::quoted(before + '\xff' + after), '"' + before + "\xEF\xBF\xBD" + after + '"');
    }
  }
}

TEST(AppendString, AnyBytesParseBack) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      std::string text = {static_cast<char>(first), static_cast<char>(second), 'x'};
      auto document = Document::parse_copy(json::quoted(text));
      ASSERT_TRUE(document) << first << ' ' << second;
      bool ascii = first < 0x80 && second < 0x80;
      EXPECT_TRUE(!ascii || document->root().as_string() == text) << first << ' ' << second;
    }
  }
}

TEST(AppendString, ReplacesEachByteThatIsNotUtf8) {
  EXPECT_EQ(json::quoted("a\xc3(b"), "\"a\xEF\xBF\xBD(b\"");
  EXPECT_EQ(json::quoted("\xed\xa0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json::quoted("end\xe4\xb8"), "\"end\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(AppendDouble, WritesAsPeopleDo) {
  EXPECT_EQ(written(20.5), "20.5");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(-3), "-3");
  EXPECT_EQ(written(100000), "100000");
  EXPECT_EQ(written(0.000001), "0.000001");
  EXPECT_EQ(written(0.0000001), "1e-07");
  EXPECT_EQ(written(9007199254740991), "9007199254740991");
  EXPECT_EQ(written(9007199254740992), "9.007199254740992e+15");
  EXPECT_EQ(written(1e30), "1e+30");
  EXPECT_EQ(written(0.0), "0");
  EXPECT_EQ(written(-0.0), "-0.0");
  EXPECT_EQ(written(std::nan("")), "null");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "null");
}

TEST(AppendDouble, ReadsBackTheSame) {
  for (double value : {1e-6, 1.0 / 3, 5e-324, 1.7976931348623157e308, 123456789.123456789, 1e21,
                       -0.0, 18446744073709551616.0, 1e-5, 4503599627370497.5}) {
    auto document = Document::parse_copy(written(value));
    ASSERT_TRUE(document) << written(value);
    EXPECT_EQ(document->root().as_double(), value);
    EXPECT_EQ(std::signbit(*document->root().as_double()), std::signbit(value));
  }
}

TEST(AppendInteger, WritesTheBounds) {
  std::string out;
  append_int(out, std::numeric_limits<std::int64_t>::min());
  append_uint(out, std::numeric_limits<std::uint64_t>::max());
  append_bool(out, false);
  EXPECT_EQ(out, "-922337203685477580818446744073709551615false");
}

}  // namespace
}  // namespace rampart::json
