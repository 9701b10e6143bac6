// Which era a connection finds, and how it shakes hands.
#include "fake_link.hpp"

namespace rampart::upstream {
namespace {
using std::chrono::milliseconds;
using testing::HasSubstr;

struct Opening : ConnectionTest {
  void begin(Probe probe = Probe::automatic) {
    options.probe = probe;
    make();
    start_open();
  }
  std::string method(std::size_t index) const {
    return index < wire->sent.size() ? wire->sent[index].method : "nothing";
  }
};

TEST_F(Opening, AsksServerDiscoverFirstWithAllThatAModernRequestCarries) {
  options.capabilities.elicitation_form = true;
  begin();
  ASSERT_EQ(wire->sent.size(), 1u);
  EXPECT_EQ(wire->sent[0].request, 1);
  EXPECT_EQ(wire->sent[0].json,
            R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{)"
            R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
            R"("io.modelcontextprotocol/clientInfo":{"name":"gate","version":"1"},)"
            R"("io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}}})");
}

TEST_F(Opening, ADiscoverResultMeansModernAndNoHandshake) {
  begin();
  result(1, discovered);
  ASSERT_TRUE(outcome());
  EXPECT_TRUE(outcome()->modern());
  EXPECT_EQ(outcome()->capabilities, R"({"tools":{}})");
  EXPECT_EQ(outcome()->server_info, R"({"name":"m"})");
  EXPECT_EQ(outcome()->instructions, "Be kind");
  EXPECT_EQ(wire->negotiated, protocol::Version::v2026_07_28);
  EXPECT_EQ(wire->sent.size(), 1u);
}

TEST_F(Opening, AnyOtherErrorMeansLegacyAndTheHandshakeFollows) {
  options.capabilities.roots = options.capabilities.roots_list_changed = true;
  for (std::string code : {"-32601", "-32602", "-32000", "-32001", "-32021", "-32022", "0"}) {
    begin();
    error(1, R"({"code":)" + code + R"(,"message":"?"})");
    ASSERT_EQ(wire->sent.size(), 2u) << code;
    EXPECT_EQ(wire->sent[1].json,
              R"({"jsonrpc":"2.0","id":2,"method":"initialize","params":{)"
              R"("protocolVersion":"2025-11-25","capabilities":{"roots":{"listChanged":true}},)"
              R"("clientInfo":{"name":"gate","version":"1"}}})");
    result(2, initialized);
    ASSERT_TRUE(outcome());
    EXPECT_EQ(outcome()->version, protocol::Version::v2025_11_25);
    EXPECT_EQ(outcome()->server_info, R"({"name":"l"})");
    ASSERT_EQ(wire->sent.size(), 3u);
    EXPECT_EQ(wire->sent[2].json, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    EXPECT_EQ(wire->sent_before_negotiated, 2u) << "the header of that one needs the version";
  }
}

TEST_F(Opening, AnAnswerThatIsNoDiscoverResultMeansLegacy) {
  for (std::string answer : {R"({})", R"({"supportedVersions":"all"})",
                             R"({"supportedVersions":["2025-06-18"]})", "null", "[]"}) {
    begin();
    result(1, answer);
    EXPECT_EQ(method(1), "initialize") << answer;
  }
}

TEST_F(Opening, AnErrorWithoutAnIdIsTheAnswerToTheOnlyQuestion) {
  begin();
  arrive(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}})");
  EXPECT_EQ(method(1), "initialize");
}

TEST_F(Opening, AModernErrorIsNeverFollowedByInitialize) {
  for (std::string text :
       {R"({"code":-32020,"message":"header"})",
        R"({"code":-32021,"message":"cap","data":{"requiredCapabilities":{"roots":{}}}})"}) {
    begin();
    error(1, text);
    EXPECT_EQ(method(1), "nothing") << text;
    ASSERT_FALSE(outcome()) << text;
    EXPECT_EQ(outcome().error().code, Errc::unavailable);
    EXPECT_THAT(outcome().error().message, HasSubstr("(-320"));
  }
}

TEST_F(Opening, AServerThatRefusesAVersionItNamesIsAskedOnceMore) {
  std::string const refusal =
      R"({"code":-32022,"message":"v","data":{"supported":["2026-07-28"],"requested":"x"}})";
  begin();
  error(1, refusal);
  EXPECT_EQ(method(1), "server/discover");
  error(2, refusal);
  EXPECT_EQ(method(2), "nothing");
  ASSERT_FALSE(outcome());
  EXPECT_EQ(outcome().error().code, Errc::unavailable);
}

TEST_F(Opening, NoCommonVersionIsAnErrorThatNamesBoth) {
  begin();
  error(1, R"({"code":-32022,"message":"v","data":{"supported":["2027-01-01"],"requested":"x"}})");
  EXPECT_EQ(method(1), "nothing");
  ASSERT_FALSE(outcome());
  EXPECT_EQ(outcome().error().code, Errc::unsupported_version);
  EXPECT_THAT(outcome().error().message, HasSubstr("2027-01-01"));
  EXPECT_THAT(outcome().error().message, HasSubstr("2026-07-28"));
}

TEST_F(Opening, AnErrorThatNamesAnOlderVersionIsTakenAtItsWord) {
  begin();
  error(1, R"({"code":-32022,"message":"v","data":{"supported":["2025-11-25"],"requested":"x"}})");
  EXPECT_EQ(method(1), "initialize");
}

TEST_F(Opening, AnUnansweredProbeMeansLegacyAndItsLateRefusalIsDropped) {
  begin();
  advance(options.probe_timeout - milliseconds(1));
  EXPECT_EQ(method(1), "nothing");
  advance(milliseconds(1));
  ASSERT_EQ(method(1), "initialize");
  EXPECT_EQ(wire->abandoned, std::vector<std::int64_t>{1});
  error(1, R"({"code":-32601,"message":"what"})");
  EXPECT_FALSE(opened->has_value());
  EXPECT_EQ(noise.size(), 1u);
  result(2, initialized);
  ASSERT_TRUE(outcome());
  EXPECT_FALSE(outcome()->modern());
  EXPECT_FALSE(connection->slow_to_start());
}

TEST_F(Opening, AServerOfBothErasThatAnswersTheProbeTooLateIsToBeOpenedAsAModernOne) {
  begin();
  advance(options.probe_timeout);
  ASSERT_EQ(method(1), "initialize");
  result(1, discovered);
  ASSERT_FALSE(outcome()) << "initialize has bound it to the older era";
  EXPECT_EQ(outcome().error().code, Errc::unavailable);
  EXPECT_TRUE(connection->slow_to_start());
  EXPECT_EQ(noise.size(), 0u);
}

TEST_F(Opening, AModernServerThatWasSlowToStartIsAskedAgain) {
  begin();
  advance(options.probe_timeout);
  ASSERT_EQ(method(1), "initialize");
  error(2, R"({"code":-32022,"message":"v","data":{"supported":["2026-07-28"],"requested":"x"}})");
  ASSERT_EQ(method(2), "server/discover");
  advance(options.probe_timeout);
  result(3, discovered);
  ASSERT_TRUE(outcome());
  EXPECT_TRUE(outcome()->modern());
}

TEST_F(Opening, AnOlderVersionIsAcceptedAndAnUnknownOneNot) {
  for (std::string version : {"2025-06-18", "2025-03-26", "2024-11-05"}) {
    begin(Probe::legacy);
    ASSERT_EQ(method(0), "initialize");
    result(1, R"({"protocolVersion":")" + version + R"(","capabilities":{}})");
    ASSERT_TRUE(outcome()) << version;
    EXPECT_EQ(protocol::name(outcome()->version), version);
    EXPECT_EQ(protocol::name(*wire->negotiated), version);
  }
  for (std::string version : {"2023-01-01", "2026-07-28"}) {
    begin(Probe::legacy);
    result(1, R"({"protocolVersion":")" + version + R"(","capabilities":{}})");
    ASSERT_FALSE(outcome()) << version;
    EXPECT_EQ(outcome().error().code, Errc::unsupported_version);
    EXPECT_THAT(outcome().error().message, HasSubstr(version));
    EXPECT_THAT(outcome().error().message, HasSubstr("2025-11-25"));
  }
}

TEST_F(Opening, ARefusedHandshakeSaysWhy) {
  begin(Probe::legacy);
  error(1, R"({"code":-32603,"message":"no licence"})");
  ASSERT_FALSE(outcome());
  EXPECT_EQ(outcome().error().code, Errc::unavailable);
  EXPECT_THAT(outcome().error().message, HasSubstr("no licence (-32603)"));
}

TEST_F(Opening, AModernServerIsNotOpenedAsALegacyOneNorTheReverse) {
  begin(Probe::legacy);
  error(1, R"({"code":-32022,"message":"v","data":{"supported":["2026-07-28"],"requested":"x"}})");
  EXPECT_EQ(outcome().error().code, Errc::unsupported_version);
  EXPECT_EQ(method(1), "nothing");
  begin(Probe::modern);
  error(1, R"({"code":-32601,"message":"what"})");
  EXPECT_EQ(outcome().error().code, Errc::unavailable);
  EXPECT_EQ(method(1), "nothing");
}

TEST_F(Opening, AServerThatEndsAtTheProbeDiedOfIt) {
  begin();
  close_link("exit status 1");
  ASSERT_FALSE(outcome());
  EXPECT_EQ(outcome().error().code, Errc::unavailable);
  EXPECT_EQ(outcome().error().message, "exit status 1");
  EXPECT_TRUE(connection->died_of_probe());

  begin();
  error(1, R"({"code":-32601,"message":"what"})");
  close_link("exit status 1");
  ASSERT_FALSE(outcome());
  EXPECT_FALSE(connection->died_of_probe()) << "it was the handshake";

  begin(Probe::legacy);
  close_link("exit status 1");
  EXPECT_FALSE(connection->died_of_probe());
}

TEST_F(Opening, AServerThatIsSlowToStartMayDieOfTheProbeWhileItIsAskedToShakeHands) {
  begin();
  advance(options.probe_timeout);
  ASSERT_EQ(method(1), "initialize");
  close_link("exit status 1");
  ASSERT_FALSE(outcome());
  EXPECT_TRUE(connection->died_of_probe());
}

TEST_F(Opening, TheWholeHandshakeHasATimeLimit) {
  begin();
  advance(options.probe_timeout);
  ASSERT_EQ(method(1), "initialize");
  advance(options.handshake_timeout - options.probe_timeout - milliseconds(1));
  EXPECT_FALSE(opened->has_value());
  advance(milliseconds(1));
  ASSERT_FALSE(outcome());
  EXPECT_EQ(outcome().error().code, Errc::deadline);
  EXPECT_EQ(wire->sent.size(), 2u) << "initialize is never cancelled";
}

TEST_F(Opening, AStatusThatSaysNothingAboutTheEraEndsItWithoutAVerdict) {
  http = true;
  for (int status : {401, 403, 429, 500, 502, 503, 0}) {
    begin();
    broken(1, Error(Errc::unavailable, "refused"), status);
    ASSERT_FALSE(outcome()) << status;
    EXPECT_EQ(outcome().error().message, "refused");
    EXPECT_EQ(method(1), "nothing") << status;
    EXPECT_FALSE(connection->not_streamable());
  }
  for (int status : {401, 403, 429, 500}) {
    begin();
    error(1, R"({"code":-32001,"message":"no"})", status);
    ASSERT_FALSE(outcome()) << status;
    EXPECT_EQ(method(1), "nothing") << status;
  }
  begin();
  advance(options.probe_timeout);
  EXPECT_EQ(outcome().error().code, Errc::deadline);
  EXPECT_EQ(method(1), "nothing");
}

TEST_F(Opening, AStatusOfAnotherProtocolLeadsToInitialize) {
  http = true;
  for (int status : {400, 404, 405}) {
    begin();
    broken(1, Error(Errc::unavailable, "refused"), status);
    ASSERT_EQ(method(1), "initialize") << status;
    broken(2, Error(Errc::unavailable, "refused"), status);
    ASSERT_FALSE(outcome());
    EXPECT_TRUE(connection->not_streamable());
    EXPECT_THAT(outcome().error().message, HasSubstr("HTTP+SSE"));
  }
  // An error without an id, as servers with sessions answer; then some other JSON.
  begin();
  arrive(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no session"}})", 1, 400);
  ASSERT_EQ(method(1), "initialize");
  arrive(R"({"detail":"Method Not Allowed"})", 2, 405);
  ASSERT_FALSE(outcome());
  EXPECT_TRUE(connection->not_streamable());
}

TEST_F(Opening, AModernErrorInAnHttp400IsRecognised) {
  http = true;
  begin();
  error(1, R"({"code":-32022,"message":"v","data":{"supported":["2027-01-01"]}})", 400);
  EXPECT_EQ(outcome().error().code, Errc::unsupported_version);
  EXPECT_EQ(method(1), "nothing");
}

TEST_F(Opening, PingsAreAnsweredDuringTheHandshake) {
  begin(Probe::legacy);
  arrive(R"({"jsonrpc":"2.0","id":"p","method":"ping"})");
  ASSERT_EQ(wire->sent.size(), 2u);
  EXPECT_EQ(wire->sent[1].json, R"({"jsonrpc":"2.0","id":"p","result":{}})");
}

TEST_F(Opening, DestroyingTheConnectionEndsIt) {
  begin();
  connection.reset();
  EXPECT_FALSE(wire->alive);
  settle();
  ASSERT_FALSE(outcome());
  EXPECT_EQ(outcome().error().code, Errc::unavailable);
  EXPECT_TRUE(closed.empty());
}

TEST_F(Opening, CancellingItWithdrawsTheQuestion) {
  make();
  opened = std::make_shared<std::optional<Result<Greeting>>>();
  auto signal = std::make_shared<boost::asio::cancellation_signal>();
  async::spawn(loop, tasks, "open", open_into(*connection, opened), signal.get(), [signal] {});
  settle();
  signal->emit(boost::asio::cancellation_type::terminal);
  settle();
  ASSERT_FALSE(outcome());
  EXPECT_EQ(outcome().error().code, Errc::cancelled);
  EXPECT_EQ(wire->abandoned, std::vector<std::int64_t>{1});
  EXPECT_EQ(method(1), "nothing");
}

TEST(AnotherServer, IsSeenByWhatOnlyOneOfTheOtherEraOrOfOtherToolsWouldSay) {
  auto const says = [](std::string const& code, int status, protocol::Version version) {
    Event answer;
    answer.kind = Event::Kind::error;
    answer.json = R"({"code":)" + code + R"(,"message":"?"})";
    answer.http_status = status;
    Greeting greeting;
    greeting.version = version;
    return is_another_server(answer, greeting);
  };
  auto const modern = protocol::latest_modern, legacy = protocol::latest_legacy;
  for (auto const* code : {"-32020", "-32022"})
    for (auto const version : {modern, legacy}) EXPECT_TRUE(says(code, 400, version)) << code;
  for (auto const* code : {"-32000", "-32600"}) {
    EXPECT_TRUE(says(code, 400, modern)) << code;
    EXPECT_FALSE(says(code, 200, modern)) << code;
    EXPECT_FALSE(says(code, 400, legacy)) << code;
  }
  EXPECT_FALSE(says("-32602", 400, modern)) << "an unknown tool";
  EXPECT_FALSE(says("-32021", 400, modern));
  Event result;
  result.kind = Event::Kind::result;
  EXPECT_FALSE(is_another_server(result, Greeting()));
}

}  // namespace
}  // namespace rampart::upstream
