// A batch's replies as one array, and the offer of the handshake.
#include "transport/batch.hpp"

#include <gtest/gtest.h>

#include "json/document.hpp"
#include "server/testing_engine.hpp"

namespace rampart::transport {
namespace {

class BatchTest : public ::testing::Test {
 protected:
  std::string sent() const { return out->ended() ? out->ended()->json : "nothing"; }
  std::shared_ptr<testing::Inbox> out = std::make_shared<testing::Inbox>();
  Batch batch{out};
};

TEST_F(BatchTest, RepliesAreCollectedUntilTheLastIsThere) {
  auto const a = batch.add(), b = batch.add();
  EXPECT_TRUE(batch.close());
  b->reply(server::Reply{R"({"id":2})"});
  EXPECT_EQ(sent(), "nothing");
  a->reply(server::Reply{R"({"id":1})"});
  EXPECT_EQ(sent(), R"([{"id":2},{"id":1}])");
}

TEST_F(BatchTest, RepliesThatComeAtOnceWaitForTheEndOfTheBatch) {
  batch.add()->reply(server::Reply{R"({"id":1})"});
  EXPECT_EQ(sent(), "nothing");
  batch.add()->reply(server::Reply{R"({"id":2})"});
  EXPECT_TRUE(batch.close());
  EXPECT_EQ(sent(), R"([{"id":1},{"id":2}])");
}

TEST_F(BatchTest, NotificationsAloneAreNotAnswered) {
  EXPECT_FALSE(batch.close());
  EXPECT_EQ(sent(), "nothing");
}

TEST_F(BatchTest, ACancelledRequestIsLeftOut) {
  auto const a = batch.add(), b = batch.add();
  batch.close();
  a->reply(server::Reply{""});
  b->reply(server::Reply{R"({"id":2})"});
  EXPECT_EQ(sent(), R"([{"id":2}])");
}

TEST_F(BatchTest, WhenAllAreCancelledTheAnswerIsEmpty) {
  auto const a = batch.add();
  batch.close();
  a->reply(server::Reply{""});
  EXPECT_EQ(sent(), "");
}

TEST_F(BatchTest, AnElementThatIsNoRequestIsRefusedInItsPlace) {
  batch.refuse(protocol::BadEnvelope{Error(Errc::invalid_request, "no"), protocol::RequestId(3)},
               protocol::Version::v2025_03_26);
  batch.close();
  EXPECT_EQ(sent(), R"([{"jsonrpc":"2.0","id":3,"error":{"code":-32600,"message":"no"}}])");
}

TEST_F(BatchTest, MessagesOfItsRequestsGoStraightOut) {
  auto const a = batch.add();
  a->message("progress");
  EXPECT_EQ(out->take_messages(), std::vector<std::string>{"progress"});
  a->reply(server::Reply{"{}"});
  batch.close();
}

Result<InitializeOffer> offer(std::string_view params) {
  auto const document = json::Document::parse_copy(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":)" + std::string(params) + "}");
  return read_initialize(*protocol::read_envelope(document->root()));
}

TEST(InitializeOffer, TheClientsVersionIsTakenIfItIsServedByAHandshake) {
  for (protocol::Version version : protocol::all_versions) {
    auto const made = offer(R"({"protocolVersion":")" + std::string(protocol::name(version)) +
                            R"(","capabilities":{"roots":{}}})");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->version, protocol::is_modern(version) ? protocol::latest_legacy : version);
    EXPECT_TRUE(made->capabilities.roots);
  }
  EXPECT_EQ(offer(R"({"protocolVersion":"1999-01-01","capabilities":{}})")->version,
            protocol::latest_legacy);
}

TEST(InitializeOffer, NeedsAVersionAndCapabilities) {
  for (std::string_view bad :
       {"{}", R"({"protocolVersion":1,"capabilities":{}})", R"({"protocolVersion":"2025-11-25"})",
        R"({"protocolVersion":"2025-11-25","capabilities":[]})"})
    EXPECT_EQ(offer(bad).error().code, Errc::invalid_params) << bad;
}

}  // namespace
}  // namespace rampart::transport
