// Asking the client: the same handler in both eras, re-entered with the answers.
#include "rampart/context.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "rampart/server.hpp"
#include "rampart/testing.hpp"

namespace rampart {
namespace {

using testing::Client;
using testing::Options;
using testing::Question;

struct Trip {
  std::string city;
  int days = 1;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Trip::city>("Where to"),
                      rampart::required<&Trip::days>("How long", rampart::Range{1, 9}));
};

class Asking : public ::testing::TestWithParam<char const*> {
 protected:
  Client connect(Options options = {}) {
    options.protocol_version = GetParam();
    return Client(server, options);
  }
  bool modern() const { return std::string(GetParam()) == "2026-07-28"; }

  Server server{"asking", "1"};
  std::atomic<int> runs = 0;
};
INSTANTIATE_TEST_SUITE_P(Eras, Asking, ::testing::Values("2025-06-18", "2025-11-25", "2026-07-28"),
                         [](auto const& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return "v" + name;
                         });

TEST_P(Asking, TheHandlerRunsAgainWithTheAnswer) {
  server.tool("plan", "Plans a trip", [this](Context& context) -> Result<std::string> {
    ++runs;
    auto const trip = context.elicit<Trip>("trip", "Where to?");
    if (!trip) return Failure(trip.error());
    return trip->city + " " + std::to_string(trip->days);
  });
  auto client = connect();
  std::vector<Question> asked;
  client.on_question([&](Question const& question) {
    asked.push_back(question);
    return testing::accept(Json::trusted(R"({"city":"Oslo","days":3})"));
  });
  auto const reply = client.call("plan");
  EXPECT_EQ(reply.text(), "Oslo 3") << reply.response();
  EXPECT_EQ(reply.rounds, 2);
  EXPECT_EQ(runs, 2);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].method, "elicitation/create");
  EXPECT_EQ(asked[0].message(), "Where to?");
  EXPECT_NE(asked[0].params.text().find(R"("requestedSchema":{"type":"object")"),
            std::string::npos);
}

TEST_P(Asking, QuestionsAskedBeforeReturningGoOutTogether) {
  server.tool("two", "Asks twice", [this](Context& context) -> Result<std::string> {
    ++runs;
    auto const a = context.elicit<Trip>("a", "A?");
    auto const b = context.sample("b", SampleRequest("B?"));
    if (!a) return Failure(a.error());
    if (!b) return Failure(b.error());
    return a->city + b->text;
  });
  auto client = connect();
  client.on_question([&](Question const& question) {
    return question.method == "sampling/createMessage" ? testing::sampled("!")
                                                       : testing::accept(Trip{"Rome", 2});
  });
  auto const reply = client.call("two");
  EXPECT_EQ(reply.text(), "Rome!") << reply.response();
  EXPECT_EQ(reply.rounds, 2);
  EXPECT_EQ(runs, 2);
}

TEST_P(Asking, QuestionsThatFollowAnAnswerTakeMoreRounds) {
  server.tool("chain", "Asks in turn", [this](Context& context) -> Result<std::string> {
    ++runs;
    auto const a = context.elicit<Trip>("a", "A?");
    if (!a) return Failure(a.error());
    auto const roots = context.roots("r");
    if (!roots) return Failure(roots.error());
    auto const said = context.sample("s", SampleRequest("About " + a->city));
    if (!said) return Failure(said.error());
    return said->text + " " + roots->at(0).uri;
  });
  auto client = connect();
  client.on_question([&](Question const& question) {
    if (question.method == "roots/list") return testing::roots({"file:///home"});
    if (question.method == "sampling/createMessage")
      return testing::sampled("[" + question.message() + "]");
    return testing::accept(Trip{"Bern", 2});
  });
  auto const reply = client.call("chain");
  EXPECT_EQ(reply.text(), "[About Bern] file:///home") << reply.response();
  EXPECT_EQ(reply.rounds, 4);
  EXPECT_EQ(runs, 4);
}

TEST_P(Asking, OnceRunsASideEffectOnceHoweverOftenTheHandlerRuns) {
  std::atomic<int> charged = 0;
  server.tool("pay", "Pays", [&](Context& context) -> Result<std::string> {
    int const receipt = context.once("charge", [&] { return 100 + ++charged; });
    for (std::string key : {"a", "b"}) {
      auto const trip = context.elicit<Trip>(key, "Sure?");
      if (!trip) return Failure(trip.error());
    }
    return std::to_string(receipt);
  });
  auto client = connect();
  client.on_question([](Question const&) { return testing::accept(Trip{"x", 1}); });
  auto const reply = client.call("pay");
  EXPECT_EQ(reply.text(), "101") << reply.response();
  EXPECT_EQ(reply.rounds, 3);
  EXPECT_EQ(charged, 1);
}

TEST_P(Asking, DecliningAndDismissingAreDeclined) {
  server.tool("plan", "Plans", [](Context& context) -> Result<std::string> {
    auto const trip = context.elicit<Trip>("trip", "Where to?");
    if (trip) return trip->city;
    if (trip.error().code == Errc::declined) return std::string("never mind");
    return Failure(trip.error());
  });
  auto client = connect();
  for (Json const& answer : {testing::decline(), testing::dismiss()}) {
    client.on_question([&](Question const&) { return answer; });
    EXPECT_EQ(client.call("plan").text(), "never mind");
  }
}

TEST_P(Asking, ADeclineThatTheToolReturnsIsAFailureTheModelReads) {
  server.tool("plan", "Plans", [](Context& context) -> Result<std::string> {
    auto const trip = context.elicit<Trip>("trip", "Where to?");
    if (!trip) return Failure(trip.error());
    return trip->city;
  });
  auto client = connect();
  client.on_question([](Question const&) { return testing::decline(); });
  auto const reply = client.call("plan");
  EXPECT_TRUE(reply.is_error());
  EXPECT_EQ(reply.text(), "the user did not answer: decline");
}

TEST_P(Asking, AnAnswerThatDoesNotFitIsAskedForAgain) {
  server.tool("plan", "Plans", [](Context& context) -> Result<std::string> {
    auto const trip = context.elicit<Trip>("trip", "Where to?");
    if (!trip) return Failure(trip.error());
    return trip->city;
  });
  auto client = connect();
  std::vector<Json> answers{Json::trusted(R"({"nonsense":1})"),
                            testing::accept(Json::trusted(R"({"days":2})")),
                            testing::accept(Json::trusted(R"({"city":"x","days":10})")),
                            testing::accept(Trip{"Graz", 9})};
  std::size_t next = 0;
  client.on_question([&](Question const&) { return answers.at(next++); });
  auto const reply = client.call("plan");
  EXPECT_EQ(reply.text(), "Graz") << reply.response();
  EXPECT_EQ(next, 4u);
}

TEST_P(Asking, TheNumberOfRoundsIsBounded) {
  server.tool("endless", "Never has enough", [this](Context& context) -> Result<std::string> {
    ++runs;
    for (int i = 0;; ++i) {
      auto const trip = context.elicit<Trip>("k" + std::to_string(i), "More?");
      if (!trip) return Failure(trip.error());
    }
  });
  Options options;
  options.max_rounds = 3;
  auto client = connect(options);
  client.on_question([](Question const&) { return testing::accept(Trip{"x", 1}); });
  auto const reply = client.call("endless");
  EXPECT_EQ(reply.code(), -32602) << reply.response();
  EXPECT_NE(reply.message().find("rounds"), std::string::npos);
  EXPECT_EQ(runs, 4) << "three re-entries, in every era";
}

TEST_P(Asking, ProgressOnlyRisesAndEarlierMessagesAreNotSentAgain) {
  server.tool("work", "Works", [](Context& context) -> Result<std::string> {
    context.progress(1, 3, "begun");
    context.log(LogLevel::info, "begun");
    auto const trip = context.elicit<Trip>("trip", "Go on?");
    if (!trip) return Failure(trip.error());
    context.progress(2, 3);
    context.progress(2, 3);
    context.progress(1.5, 3);
    context.progress(3, 3);
    context.log(LogLevel::info, "done");
    return std::string("ok");
  });
  auto client = connect();
  client.on_question([](Question const&) { return testing::accept(Trip{"x", 1}); });
  auto const reply = client.call("work");
  ASSERT_EQ(reply.text(), "ok") << reply.response();
  std::vector<double> values;
  for (auto const& one : reply.progress) values.push_back(one.progress);
  std::vector<std::string> lines;
  for (auto const& one : reply.logs) lines.push_back(one.data.text());
  if (modern()) {
    // Each round is a request of its own, with progress of its own.
    EXPECT_EQ(values, (std::vector<double>{1, 1, 2, 3}));
    EXPECT_EQ(lines.size(), 3u);
  } else {
    EXPECT_EQ(values, (std::vector<double>{1, 2, 3}));
    EXPECT_EQ(lines, (std::vector<std::string>{R"("begun")", R"("done")"}));
  }
  EXPECT_EQ(reply.progress[0].total, 3);
  EXPECT_EQ(reply.progress[0].message, "begun");
}

TEST_P(Asking, AClientThatCannotIsToldWhatItLacks) {
  server.tool("plan", "Plans", [](Context& context) -> Result<std::string> {
    auto const trip = context.elicit<Trip>("trip", "Where to?");
    if (!trip) return Failure(trip.error());
    return trip->city;
  });
  Options options;
  options.capabilities = {};
  auto client = connect(options);
  auto const reply = client.call("plan");
  EXPECT_EQ(reply.code(), modern() ? -32021 : -32600);
  EXPECT_NE(reply.json().text().find(R"("requiredCapabilities":{"elicitation":{}})"),
            std::string::npos);
}

TEST_P(Asking, CoroutinesAndQuickHandlersAskLikeOthers) {
  auto body = [](Context context) -> Result<std::string> {
    auto const trip = context.elicit<Trip>("trip", "Where to?");
    if (!trip) return Failure(trip.error());
    return trip->city;
  };
  server.tool("quick", "Asks", [body](Context& context) { return body(context); }).quick();
  server.tool("task", "Asks", [body](Context& context) -> Task<Result<std::string>> {
    auto out = body(context);
    co_return out;
  });
  auto client = connect();
  client.on_question([](Question const&) { return testing::accept(Trip{"Ulm", 1}); });
  EXPECT_EQ(client.call("quick").text(), "Ulm");
  EXPECT_EQ(client.call("task").text(), "Ulm");
}

TEST_P(Asking, PromptsAndResourcesAskToo) {
  auto ask = [](Context& context) -> Result<std::string> {
    auto const said = context.sample("s", SampleRequest("Say"));
    if (!said) return Failure(said.error());
    return said->text;
  };
  server.prompt("prompt", "Asks", ask);
  server.resource("a://1", "one", ask);
  auto client = connect();
  client.on_question([](Question const&) { return testing::sampled("said"); });
  EXPECT_EQ(client.get_prompt("prompt").text(), "said");
  EXPECT_EQ(client.read("a://1").text(), "said");
}

TEST(Context, SamplingTakesWhateverTheProtocolDoes) {
  std::string const image =
      R"({"messages":[{"role":"user","content":{"type":"image","data":"AA==","mimeType":"image/png"}}],)"
      R"("maxTokens":9,"modelPreferences":{"speedPriority":1}})";
  Server server("s", "1");
  std::string tools = image;
  tools.insert(1, R"("tools":[{"name":"t","inputSchema":{"type":"object"}}],)");
  server.tool("look", "Looks", [&](Context& context) -> Result<std::string> {
    auto const said = context.sample("s", Json::trusted(image));
    if (!said) return Failure(said.error());
    return said->text;
  });
  server.tool("tools", "Lets the model call", [&](Context& context) -> Result<std::string> {
    auto const said = context.sample("s", Json::trusted(tools));
    if (!said) return Failure(said.error());
    return said->text;
  });
  server.tool("wrong", "Asks nonsense", [](Context& context) -> Result<std::string> {
    auto const said = context.sample("s", Json::trusted("[]"));
    if (!said) return Failure(said.error());
    return said->text;
  });
  std::string asked;
  Options options;
  options.capabilities.sampling_tools = false;
  for (std::string const version : {"2026-07-28", "2025-11-25"}) {
    options.protocol_version = version;
    Client client(server, options);
    client.on_question([&](Question const& question) {
      asked = question.params.text();
      return testing::sampled("a cat");
    });
    EXPECT_EQ(client.call("look").text(), "a cat") << version;
    EXPECT_EQ(asked, image);
    EXPECT_NE(client.call("tools").message().find("sampling with tools"), std::string::npos);
    EXPECT_EQ(client.call("wrong").text(), "sample: the params must be a JSON object");
  }
}

TEST_P(Asking, AClientsErrorIsADecline) {
  if (modern()) {
    // There a question is answered or the call is given up: the reply has the questions.
    server.tool("ask", "Asks", [](Context& context) -> Result<std::string> {
      auto const said = context.sample("s", SampleRequest("Say"));
      if (!said) return Failure(said.error());
      return said->text;
    });
    auto client = connect();
    auto const reply = client.call("ask");
    ASSERT_EQ(reply.questions().size(), 1u);
    EXPECT_EQ(reply.questions()[0].message(), "Say");
    return;
  }
  server.tool("ask", "Asks", [](Context& context) -> Result<std::string> {
    auto const said = context.sample("s", SampleRequest("Say"));
    if (!said)
      return std::string(said.error().code == Errc::declined ? "declined" : said.error().message);
    return said->text;
  });
  auto client = connect();
  EXPECT_NE(client.call("ask").text(), "");
}

TEST(AskingByUrl, GoesOnWhenTheUserAgreesToOpenThePage) {
  Server server("url", "1");
  server.tool("login", "Logs in", [](Context& context) -> Result<std::string> {
    auto const opened = context.elicit_url("login", "Log in", "https://example.com/login");
    if (!opened) return Failure(opened.error());
    return std::string("in");
  });
  for (std::string version : {"2025-11-25", "2026-07-28"}) {
    Options options;
    options.protocol_version = version;
    Client client(server, options);
    std::string params;
    client.on_question([&](Question const& question) {
      params = question.params.text();
      return testing::accept();
    });
    EXPECT_EQ(client.call("login").text(), "in") << version;
    EXPECT_NE(params.find(R"("mode":"url")"), std::string::npos) << params;
    EXPECT_NE(params.find(R"("url":"https://example.com/login")"), std::string::npos);
    EXPECT_EQ(params.find("elicitationId") != std::string::npos, version == "2025-11-25");
  }
}

TEST(AskingTooEarly, ARevisionWithoutElicitationLacksTheCapability) {
  Server server("old", "1");
  server.tool("plan", "Plans", [](Context& context) -> Result<std::string> {
    auto const trip = context.elicit<Trip>("trip", "Where to?");
    if (!trip) return Failure(trip.error());
    return trip->city;
  });
  Options options;
  options.protocol_version = "2025-03-26";
  Client client(server, options);
  EXPECT_EQ(client.call("plan").code(), -32600);
}

TEST(NeedsInput, AHandlerThatReturnsItWithoutAskingIsADefect) {
  Server server("odd", "1");
  server.tool("odd", "Odd",
              [](Context&) -> Result<std::string> { return fail(Errc::needs_input, "x"); });
  Client client(server);
  EXPECT_EQ(client.call("odd").code(), -32603);
}

}  // namespace
}  // namespace rampart
