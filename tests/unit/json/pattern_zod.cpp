// The patterns that zod writes into JSON Schemas, which most TypeScript MCP servers use.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "json/pattern.hpp"

namespace rampart::json {
namespace {

struct Case {
  std::string_view name;
  std::string source;
  std::vector<std::string> matching;
  std::vector<std::string> others;
};

std::string const byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])";
std::string const ipv6 =
    R"((([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:)"
    R"([0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4})"
    R"((:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|)"
    R"(([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|)"
    R"(:((:[0-9a-fA-F]{1,4}){1,7}|:)))";
std::string const date =
    R"((?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|)"
    R"(\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|)"
    R"((?:02)-(?:0[1-9]|1\d|2[0-8]))))";
std::string const time = R"((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)";

std::vector<Case> const cases = {
    {"email",
     R"(^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$)",
     {"jane.doe@example.com", "o'neil+x@a-b.co"},
     {"jane..doe@example.com", ".a@example.com", "a@b", "a b@example.com", "a@example.com\n"}},
    {"email with lookahead",
     R"(^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$)",
     {"jane.doe@example.com", "x@mail.example.org"},
     {"jane..doe@example.com", ".a@example.com", "a@b", "a@example.com\n"}},
    {"html5 email",
     R"(^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$)",
     {"a{b}|c@localhost", "x@y.z"},
     {"x@-y", "x"}},
    {"rfc 5322 email",
     R"(^(([^<>()\[\]\\.,;:\s@"]+(\.[^<>()\[\]\\.,;:\s@"]+)*)|(".+"))@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}])|(([a-zA-Z\-0-9]+\.)+[a-zA-Z]{2,}))$)",
     {"a.b@example.com", "\"a b\"@[127.0.0.1]", "ü@example.com"},
     {"a b@example.com", "a@b", "a\u00A0b@example.com"}},
    {"unicode email", R"(^[^\s@"]{1,64}@[^\s@]{1,255}$)", {"用户@例子.世界"}, {"a b@c", "a@"}},
    {"uuid",
     R"(^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$)",
     {"123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"},
     {"123e4567-e89b-92d3-a456-426614174000", "123e4567e89b12d3a456426614174000"}},
    {"ulid",
     R"(^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$)",
     {"01ARZ3NDEKTSV4RRFFQ69G5FAV"},
     {"8"}},
    {"nanoid", R"(^[a-zA-Z0-9_-]{21}$)", {"V1StGXR8_Z5jdHi6B-myT"}, {"V1StGXR8_Z5jdHi6B-my"}},
    {"ipv4", "^(?:" + byte + "\\.){3}" + byte + "$", {"192.168.0.255"}, {"256.1.1.1", "1.2.3"}},
    {"ipv6", "^" + ipv6 + "$", {"::1", "2001:db8::8a2e:370:7334"}, {"1::2::3", "12345::"}},
    {"cidrv4",
     "^(" + byte + "\\.){3}" + byte + "\\/([0-9]|[1-2][0-9]|3[0-2])$",
     {"10.0.0.0/8", "10.0.0.0/32"},
     {"10.0.0.0/33", "10.0.0.0"}},
    {"cidrv6",
     "^" + ipv6 + R"(\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$)",
     {"2001:db8::/32", "::/0"},
     {"2001:db8::/129"}},
    {"mac",
     "^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$|^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$",
     {"00:1A:2B:3C:4D:5E", "00:1a:2b:3c:4d:5e"},
     {"00:1A:2b:3C:4D:5E"}},
    {"base64",
     R"(^$|^(?:[0-9a-zA-Z+/]{4})*(?:(?:[0-9a-zA-Z+/]{2}==)|(?:[0-9a-zA-Z+/]{3}=))?$)",
     {"", "aGVsbG8=", "aGk="},
     {"aGVsbG8", "a===", "aGk=\n"}},
    {"base64url",
     R"(^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$)",
     {"aGVs", "-_8"},
     {"a", "a+b"}},
    {"hostname",
     R"(^(?=.{1,253}\.?$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-0-9a-zA-Z]{0,61}[0-9a-zA-Z])?)*\.?$)",
     {"example.com", "a.b.c.", "x"},
     {"-a.com", "a..b", std::string(64, 'a') + ".com"}},
    {"domain",
     R"(^(?=.{1,253}$)([a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}$)",
     {"example.com"},
     {"localhost", "a.b1"}},
    {"duration",
     R"(^P(?:(\d+W)|(?!.*W)(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)$)",
     {"P3Y6M4DT12H30M5S", "P4W", "PT0.5S"},
     {"P", "PT", "P1W2D", "1Y"}},
    {"extended duration",
     R"(^[-+]?P(?!$)(?:(?:[-+]?\d+Y)|(?:[-+]?\d+[.,]\d+Y$))?(?:(?:[-+]?\d+M)|(?:[-+]?\d+[.,]\d+M$))?(?:(?:[-+]?\d+W)|(?:[-+]?\d+[.,]\d+W$))?(?:(?:[-+]?\d+D)|(?:[-+]?\d+[.,]\d+D$))?(?:T(?=[\d+-])(?:(?:[-+]?\d+H)|(?:[-+]?\d+[.,]\d+H$))?(?:(?:[-+]?\d+M)|(?:[-+]?\d+[.,]\d+M$))?(?:[-+]?\d+(?:[.,]\d+)?S)?)??$)",
     {"-P1Y2W", "PT-1H"},
     {"P", "PT"}},
    {"emoji",
     R"(^(?=[\s\S]*[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3])[\p{Extended_Pictographic}\p{Emoji_Component}]+$)",
     {"😀", "👩‍💻", "🇩🇪"},
     {"a", "1", "😀a"}},
    {"emoji as an alternation",
     R"(^(\p{Extended_Pictographic}|\p{Emoji_Component})+$)",
     {"😀", "👍🏽"},
     {"a", "😀a"}},
    {"e164",
     R"(^\+[1-9]\d{6,14}$)",
     {"+14155552671"},
     {"14155552671", "+0123456789", "+1415555267a"}},
    {"date",
     "^" + date + "$",
     {"2024-02-29", "2026-12-31"},
     {"2023-02-29", "2026-04-31", "2026-1-1"}},
    {"time", "^" + time + "$", {"23:59", "00:00:00.123"}, {"24:00", "1:00"}},
    {"date-time",
     "^" + date + "T(?:" + time + R"((?:Z|([+-](?:[01]\d|2[0-3]):[0-5]\d)))$)",
     {"2026-07-28T12:00:00Z", "2026-07-28T12:00+02:00"},
     {"2026-07-28T12:00:00", "2026-07-28 12:00Z"}},
    {"iban",
     R"(^[A-Z]{2}(?!00|01|99)\d{2}[A-Z0-9]{11,30}$)",
     {"DE89370400440532013000"},
     {"DE00370400440532013000"}},
    {"any string", R"(^[\s\S]{0,}$)", {"", "a\nb\u2028c"}, {}},
    {"string of bounded length", R"(^[\s\S]{2,4096}$)", {"ab"}, {"a"}},
    {"bigint", R"(^-?\d+n?$)", {"-12n"}, {"1.5", "١"}},
    {"number", R"(^-?\d+(?:\.\d+)?$)", {"-1.5"}, {"1.", "1e5"}},
    {"no upper case", R"(^[^A-Z]*$)", {"abc é"}, {"aBc"}},
};

TEST(PatternsOfZod, AllCompileAndDecideRight) {
  for (Case const& c : cases) {
    auto pattern = Pattern::compile(c.source);
    ASSERT_TRUE(pattern) << c.name << ": " << pattern.error().message;
    for (auto const& text : c.matching)
      EXPECT_EQ(pattern->search(text), PatternMatch::yes) << c.name << " on " << text;
    for (auto const& text : c.others)
      EXPECT_EQ(pattern->search(text), PatternMatch::no) << c.name << " on " << text;
  }
}

TEST(PatternsOfZod, LongHostileTextsNeverTakeLong) {
  for (Case const& c : cases) {
    auto pattern = Pattern::compile(c.source);
    ASSERT_TRUE(pattern) << c.name;
    // Every search ends, with or without an answer; the test's own time limit is the assertion.
    for (std::string_view unit : {"a", "a.", "1", "1:", "😀", "P1Y", "@", " "}) {
      std::string text;
      while (text.size() < 20'000) text += unit;
      PatternMatch match = pattern->search(text + "\n!");
      EXPECT_TRUE(match != PatternMatch::yes || c.name == "any string" || c.name == "no upper case")
          << c.name << " on many " << unit;
    }
  }
}

}  // namespace
}  // namespace rampart::json
