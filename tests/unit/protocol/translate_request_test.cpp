#include "protocol/translate_request.hpp"

#include <gtest/gtest.h>

namespace rampart::protocol {
namespace {

TEST(MetaKeys, AreReservedByTheirSecondLabel) {
  for (auto const key : {"io.modelcontextprotocol/logLevel", "com.mcp.tools/x", "progressToken",
                         "traceparent", "tracestate", "baggage", "mcp/x", "a.mcp/"})
    EXPECT_TRUE(is_reserved_meta_key(key)) << key;
  for (auto const key : {"com.example.mcp/x", "com.example/x", "mine", "", "mcp", "x/mcp.y"})
    EXPECT_FALSE(is_reserved_meta_key(key)) << key;
}

TEST(ForwardableMeta, IsThatOfThirdParties) {
  EXPECT_EQ(forwardable_meta(R"({"progressToken":1,"com.example/a":{"b": 1},"traceparent":"x",)"
                             R"("io.modelcontextprotocol/clientInfo":{},"plain":2})"),
            R"("com.example/a":{"b": 1},"plain":2)");
  EXPECT_EQ(forwardable_meta("{}"), "");
  EXPECT_EQ(forwardable_meta("null"), "");
}

}  // namespace
}  // namespace rampart::protocol
