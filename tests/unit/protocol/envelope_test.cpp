#include "protocol/envelope.hpp"

#include <gtest/gtest.h>

#include "json/document.hpp"

namespace rampart::protocol {
namespace {

/// Keeps the document alive for the envelope that views into it.
struct Read {
  explicit Read(std::string_view text)
      : document(json::Document::parse_copy(text)), envelope(read_envelope(document->root())) {}
  bool ok() const { return envelope.has_value(); }
  std::string problem() const { return ok() ? std::string() : envelope.error().error.message; }
  std::string id() const { return ok() ? envelope->id.text() : envelope.error().id.text(); }

  Result<json::Document> document;
  tl::expected<Envelope, BadEnvelope> envelope;
};

TEST(Envelope, ReadsRequestsNotificationsAndBothKindsOfResponses) {
  Read const request(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1}})");
  ASSERT_TRUE(request.ok()) << request.problem();
  EXPECT_EQ(request.envelope->kind, Envelope::Kind::request);
  EXPECT_EQ(request.envelope->method, "m");
  EXPECT_TRUE(request.envelope->params.has_value());

  Read const notification(R"({"jsonrpc":"2.0","method":"n"})");
  ASSERT_TRUE(notification.ok());
  EXPECT_EQ(notification.envelope->kind, Envelope::Kind::notification);
  EXPECT_FALSE(notification.envelope->id.present());

  Read const result(R"({"jsonrpc":"2.0","id":"x","result":null})");
  ASSERT_TRUE(result.ok()) << "a result may be any value";
  EXPECT_EQ(result.envelope->kind, Envelope::Kind::response);
  EXPECT_TRUE(Read(R"({"jsonrpc":"2.0","id":"x","error":{"code":1,"message":""}})").ok());
}

TEST(Envelope, KeepsTheTypeOfTheId) {
  for (std::string_view id : {"0", "-1", R"("1")", R"("")", "9223372036854775807",
                              "-9223372036854775808", R"("a\"\u0001")"}) {
    Read const read(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"m"})");
    ASSERT_TRUE(read.ok()) << id;
    EXPECT_EQ(read.id(), id);
  }
  EXPECT_NE(RequestId(1), RequestId("1"));
}

TEST(Envelope, RefusesIdsThatMcpForbids) {
  for (std::string_view id : {"null", "1.5", "true", "[]", "{}", "18446744073709551615"}) {
    Read const read(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"m"})");
    EXPECT_EQ(read.problem(), "id must be a string or an integer") << id;
    EXPECT_EQ(read.envelope.error().error.code, Errc::invalid_request);
  }
}

TEST(Envelope, RefusesAMemberThatComesTwice) {
  for (std::string_view member :
       {R"("jsonrpc":"2.0")", R"("id":2)", R"("method":"n")", R"("params":{})"}) {
    Read const read(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{},)" + std::string(member) +
                    "}");
    EXPECT_NE(read.problem().find("comes twice"), std::string::npos) << member;
  }
}

TEST(Envelope, SeesARepeatedMemberThroughItsEscapes) {
  EXPECT_FALSE(Read(R"({"jsonrpc":"2.0","id":1,"method":"m","m\u0065thod":"n"})").ok());
}

TEST(Envelope, RefusesRepeatedMembersOfParamsAndMeta) {
  EXPECT_EQ(Read(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1,"a":2}})").problem(),
            R"(params: the member "a" comes twice)");
  EXPECT_EQ(
      Read(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"b":1,"b":1}}})").problem(),
      R"(params._meta: the member "b" comes twice)");
}

TEST(Envelope, ABadMessageStillGivesItsIdForTheAnswer) {
  EXPECT_EQ(Read(R"({"id":5,"method":"m"})").id(), "5");
  EXPECT_EQ(Read(R"({"jsonrpc":"1.0","id":6,"method":"m"})").id(), "6");
  EXPECT_EQ(Read(R"({"jsonrpc":"2.0","id":7,"method":3})").id(), "7");
  EXPECT_EQ(Read(R"({"jsonrpc":"2.0","id":8,"method":"m","params":[1]})").id(), "8");
}

TEST(Envelope, RefusesWhatIsNoMessage) {
  for (std::string_view text :
       {"[]", "1", "null", "{}", R"({"jsonrpc":"2.0"})", R"({"jsonrpc":"2.0","id":1})",
        R"({"jsonrpc":2.0,"id":1,"method":"m"})", R"({"jsonrpc":"2.0","result":{}})",
        R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})",
        R"({"jsonrpc":"2.0","id":1,"error":"no"})"})
    EXPECT_FALSE(Read(text).ok()) << text;
}

TEST(Envelope, TellsAMetaThatIsNoObjectFromNone) {
  Read const bad(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":[]}})");
  ASSERT_TRUE(bad.ok()) << "it gets a clearer error later";
  EXPECT_TRUE(bad.envelope->bad_meta);
  Read const none(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{}})");
  EXPECT_FALSE(none.envelope->bad_meta);
  EXPECT_FALSE(none.envelope->meta.has_value());
}

TEST(Envelope, ParamsMayHave64MembersAndNoMore) {
  auto with = [](int members) {
    std::string params;
    for (int i = 0; i < members; ++i) params += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":0";
    return Read(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{)" + params + "}}").ok();
  };
  EXPECT_TRUE(with(64));
  EXPECT_FALSE(with(65));
}

}  // namespace
}  // namespace rampart::protocol
