// What the endpoint reads of a head: types and the correlation id.
#include "transport/incoming_http.hpp"

#include <gtest/gtest.h>

#include "headers.hpp"

namespace rampart::transport {
namespace {

TEST(Accepts, AnAbsentHeaderAcceptsBoth) {
  EXPECT_TRUE(accepts(Lines{}).json);
  EXPECT_TRUE(accepts(Lines{}).event_stream);
}

TEST(Accepts, TypesAndWildcardsAreUnderstood) {
  auto of = [](std::string value) {
    auto const both = accepts(Lines{{"Accept", value}});
    return std::string(both.json ? "j" : "") + (both.event_stream ? "s" : "");
  };
  EXPECT_EQ(of("application/json, text/event-stream"), "js");
  EXPECT_EQ(of("Application/JSON"), "j");
  EXPECT_EQ(of("text/event-stream"), "s");
  EXPECT_EQ(of("*/*"), "js");
  EXPECT_EQ(of("application/*;q=0.5"), "j");
  EXPECT_EQ(of("text/html"), "");
}

TEST(ContentType, IsJsonWithOrWithoutParameters) {
  for (std::string value :
       {"application/json", "application/json; charset=utf-8", "APPLICATION/JSON ;x=y"})
    EXPECT_TRUE(is_json(Lines{{"Content-Type", value}})) << value;
  for (std::string value :
       {"", "text/plain", "application/jsonp", "application/json-rpc", "xapplication/json"})
    EXPECT_FALSE(is_json(Lines{{"Content-Type", value}})) << value;
  EXPECT_FALSE(is_json(Lines{}));
}

TEST(CorrelationId, IsTheGivenOneElseTheTracesElseNew) {
  std::string const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_EQ(correlation_id(Lines{{"X-Request-Id", "a.B-9_z"}, {"traceparent", trace}}, "ffff"),
            "a.B-9_z");
  EXPECT_EQ(correlation_id(Lines{{"traceparent", trace}}, "ffff"), "ffff");
  EXPECT_EQ(correlation_id(Lines{{"traceparent", trace}}, ""), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(correlation_id(Lines{}, ""), correlation_id(Lines{}, ""));
}

TEST(CorrelationId, OneThatCouldBreakALogLineIsNotTaken) {
  EXPECT_EQ(correlation_id(Lines{{"X-Request-Id", std::string(64, 'a')}}, "t"),
            std::string(64, 'a'));
  for (std::string bad : {std::string(65, 'a'), std::string(), std::string("a b"),
                          std::string("a\"b"), std::string("a/b"), std::string("\xc3\xa9")})
    EXPECT_EQ(correlation_id(Lines{{"X-Request-Id", bad}}, "t"), "t") << bad;
}

}  // namespace
}  // namespace rampart::transport
