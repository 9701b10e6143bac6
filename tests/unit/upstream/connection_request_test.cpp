// Requests, what goes out with them, and how their answers find them.
#include "fake_link.hpp"

namespace rampart::upstream {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using Requests = ConnectionTest;

Request full_request() {
  Request request;
  request.method = "tools/call";
  request.params = R"("name":"add","arguments":{"a":1.0}, "b" : 2)";
  request.name = "add";
  request.param_headers = {{"Mcp-Param-A", "1"}};
  request.capabilities.sampling = request.capabilities.sampling_tools = true;
  request.capabilities.elicitation_form = request.capabilities.elicitation_url = true;
  request.capabilities.roots = request.capabilities.roots_list_changed = true;
  request.log_level = LogLevel::warning;
  request.wants_progress = true;
  request.trace = {"00-a-b-01", "vendor=1", "user=x"};
  request.extra_meta = R"("com.example/k":[1])";
  return request;
}

TEST_F(Requests, AModernOneSaysWhoAsksAndWhatItsCallerCan) {
  open(true);
  connection->request(full_request());
  ASSERT_THAT(wire->sent, SizeIs(1));
  auto const& sent = wire->sent[0];
  EXPECT_EQ(sent.json, R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{)"
                       R"("name":"add","arguments":{"a":1.0}, "b" : 2,"_meta":{)"
                       R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                       R"("io.modelcontextprotocol/clientInfo":{"name":"gate","version":"1"},)"
                       R"("io.modelcontextprotocol/clientCapabilities":{"sampling":{"tools":{}},)"
                       R"("elicitation":{"form":{},"url":{}},"roots":{}},)"
                       R"("io.modelcontextprotocol/logLevel":"warning","progressToken":2,)"
                       R"("traceparent":"00-a-b-01","tracestate":"vendor=1","baggage":"user=x",)"
                       R"("com.example/k":[1]}}})");
  EXPECT_EQ(sent.request, 2);
  EXPECT_EQ(sent.method, "tools/call");
  EXPECT_EQ(sent.name, "add");
  EXPECT_THAT(sent.param_headers,
              ElementsAre(std::pair<std::string, std::string>("Mcp-Param-A", "1")));
}

TEST_F(Requests, ALegacyOneCarriesProgressTokenAndTraceAloneAndNoMetaWhenThereIsNone) {
  open(false);
  connection->request(full_request());
  connection->request(Request{.method = "tools/list"});
  connection->request(Request{.method = "tools/list", .params = R"("cursor":"x")"});
  ASSERT_THAT(wire->sent, SizeIs(3));
  EXPECT_EQ(wire->sent[0].json,
            R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{)"
            R"("name":"add","arguments":{"a":1.0}, "b" : 2,"_meta":{"progressToken":2,)"
            R"("traceparent":"00-a-b-01","tracestate":"vendor=1","baggage":"user=x"}}})");
  EXPECT_EQ(wire->sent[1].json, R"({"jsonrpc":"2.0","id":3,"method":"tools/list"})");
  EXPECT_EQ(wire->sent[2].json,
            R"({"jsonrpc":"2.0","id":4,"method":"tools/list","params":{"cursor":"x"}})");
}

TEST_F(Requests, AnswersFindTheirRequestInAnyOrderWithTheirBytesUntouched) {
  open(false);
  auto const first = watch(call()), second = watch(call());
  EXPECT_EQ(connection->in_flight(), 2u);
  arrive(" {\"result\" : { \"n\":1.00 , \"s\":\"\\u00e9\" } ,\"id\":3, \"jsonrpc\":\"2.0\"} ");
  ASSERT_THAT(*second, SizeIs(1));
  EXPECT_EQ(second->front().kind, Event::Kind::result);
  EXPECT_EQ(second->front().json, R"({ "n":1.00 , "s":"\u00e9" })");
  EXPECT_TRUE(first->empty());
  error(2, R"({"code":-32002,"message":"gone","data":{"uri":"a"}})");
  ASSERT_THAT(*first, SizeIs(1));
  EXPECT_EQ(first->front().kind, Event::Kind::error);
  EXPECT_EQ(first->front().json, R"({"code":-32002,"message":"gone","data":{"uri":"a"}})");
  EXPECT_EQ(connection->in_flight(), 0u);
  EXPECT_TRUE(noise.empty());
}

TEST_F(Requests, AWaiterContinuesInTheSameTurnAsTheAnswerComes) {
  open(false);
  auto const events = watch(call());
  loop.post([&] {
    wire->events->on_message(Arrival{R"({"jsonrpc":"2.0","id":2,"result":{}})"});
    EXPECT_THAT(*events, SizeIs(1));
  });
  settle();
}

TEST_F(Requests, AnEventThatIsThereAlreadyIsFetchedWithoutWaiting) {
  open(false);
  auto const exchange = call();
  EXPECT_FALSE(exchange->ready());
  result(2, R"({"a":1})");
  EXPECT_TRUE(exchange->ready());
  EXPECT_TRUE(exchange->ended());
  auto events = std::make_shared<std::vector<Event>>();
  async::spawn(loop, tasks, "collect", collect(exchange, events));
  loop.poll();
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().json, R"({"a":1})");
  // And once more after the end: at once, and not for ever.
  EXPECT_EQ(watch(exchange)->front().kind, Event::Kind::broken);
}

TEST_F(Requests, AnswersToNobodyAndSecondAnswersAreDroppedAndReported) {
  open(false);
  auto const events = watch(call());
  for (std::string id : {"99", "\"2\"", "2.0", "-1", "0", "92233720368547758080", "null", "true"})
    arrive(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{}})");
  EXPECT_THAT(noise, SizeIs(8));
  EXPECT_TRUE(events->empty());
  result(2, "{}");
  result(2, "{}");
  EXPECT_THAT(*events, SizeIs(1));
  ASSERT_THAT(noise, SizeIs(9));
  EXPECT_THAT(noise.back(), HasSubstr("too late or twice"));
}

TEST_F(Requests, LinesThatAreNoMessagesAreDroppedAndReported) {
  open(false);
  auto const events = watch(call());
  std::vector<std::string> const lines{
      "Server listening on stdio",
      "",
      R"({"jsonrpc":"2.0","id":2,"result":{})",
      R"({"id":2,"result":{}})",
      R"({"jsonrpc":"1.0","id":2,"result":{}})",
      R"({"jsonrpc":"2.0","id":2,"id":2,"result":{}})",
      R"({"jsonrpc":"2.0","id":2,"result":{},"re\u0073ult":{}})",
      R"([{"jsonrpc":"2.0","id":2,"result":{}}])",
      R"({"jsonrpc":"2.0"})",
      R"({"jsonrpc":"2.0","method":1})",
      R"({"jsonrpc":"2.0","method":"ping","id":1.5})",
      R"({"jsonrpc":"2.0","method":"ping","id":1,"params":[]})",
      std::string(10'000, 'x'),
      "null",
  };
  for (auto const& line : lines) {
    noise.clear();
    arrive(line);
    ASSERT_THAT(noise, SizeIs(1)) << line;
    EXPECT_LT(noise[0].size(), 300u);
  }
  EXPECT_TRUE(events->empty());
  EXPECT_TRUE(wire->sent.size() == 1) << "no answer to any of them";
}

TEST_F(Requests, AnAnswerThatBreaksTheRulesEndsItsRequest) {
  open(false);
  for (std::string members :
       {R"("result":5)", R"("result":null)", R"("error":"boom")", R"("error":{"message":"m"})",
        R"("result":{},"error":{"code":1,"message":"m"})", R"("other":1)"}) {
    auto const exchange = call();
    auto const events = watch(exchange);
    arrive(R"({"jsonrpc":"2.0","id":)" + std::to_string(exchange->id()) + "," + members + "}");
    ASSERT_THAT(*events, SizeIs(1)) << members;
    EXPECT_EQ(events->front().kind, Event::Kind::broken);
    EXPECT_TRUE(events->front().sent);
    EXPECT_EQ(events->front().failure.code, Errc::unavailable);
  }
}

TEST_F(Requests, BatchesAreReadWhereTheRevisionHasThem) {
  options.probe = Probe::legacy;
  make();
  start_open();
  result(1, R"({"protocolVersion":"2025-03-26","capabilities":{}})");
  auto const first = watch(call()), second = watch(call());
  arrive(R"([{"jsonrpc":"2.0","id":2,"result":{}}, {"jsonrpc":"2.0","id":3,"result":{}}, 7])");
  EXPECT_THAT(*first, SizeIs(1));
  EXPECT_THAT(*second, SizeIs(1));
  EXPECT_THAT(noise, SizeIs(1));
}

TEST_F(Requests, AStatusComesWithTheAnswer) {
  http = true;
  open(true);
  auto const events = watch(call());
  error(2, R"({"code":-32601,"message":"no such method"})", 404);
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().kind, Event::Kind::error);
  EXPECT_EQ(events->front().http_status, 404);
}

TEST_F(Requests, AnHttpErrorWithoutAnIdEndsTheRequestOnWhoseStreamItCame) {
  http = true;
  open(true);
  auto const first = watch(call()), second = watch(call()), third = watch(call());
  arrive(R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"?"}})", 3, 400);
  ASSERT_THAT(*second, SizeIs(1));
  EXPECT_EQ(second->front().kind, Event::Kind::error);
  arrive(R"({"error":"teapot"})", 4, 418);
  ASSERT_THAT(*third, SizeIs(1));
  EXPECT_EQ(third->front().kind, Event::Kind::broken);
  EXPECT_EQ(third->front().http_status, 418);
  arrive(R"({"jsonrpc":"2.0","id":null,"result":{}})", 2);
  EXPECT_TRUE(first->empty()) << "only errors may come without an id";
}

TEST_F(Requests, AMegabyteOfResultStaysInTheMemoryItCameIn) {
  open(false);
  auto const events = watch(call());
  std::string const text(1 << 20, 'x');
  Arrival arrival{R"({"jsonrpc":"2.0","id":2,"result":{"t":")" + text + "\"}}"};
  char const* const memory = arrival.json.data();
  loop.post([&] { wire->events->on_message(std::move(arrival)); });
  settle();
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().json, R"({"t":")" + text + "\"}");
  EXPECT_EQ(events->front().json.data(), memory);
}

TEST_F(Requests, OneMadeBeforeOpeningOrAfterTheEndWasNotSent) {
  make();
  auto expect_unsent = [&](std::shared_ptr<Exchange> exchange) {
    EXPECT_TRUE(exchange->ended());
    auto const events = watch(exchange);
    ASSERT_THAT(*events, SizeIs(1));
    EXPECT_EQ(events->front().kind, Event::Kind::broken);
    EXPECT_FALSE(events->front().sent);
  };
  expect_unsent(call());
  open(false);
  connection->close();
  EXPECT_TRUE(wire->closing);
  expect_unsent(call());
  close_link("bye");
  expect_unsent(call());
  EXPECT_TRUE(wire->sent.empty());
}

TEST_F(Requests, AHealthCheckAsksInTheUpstreamsWayAndAnyAnswerIsASignOfLife) {
  auto check = [&] {
    auto out = std::make_shared<std::optional<Result<void>>>();
    auto body = [](Connection& c, base::Steady::time_point until,
                   std::shared_ptr<std::optional<Result<void>>> into) -> Task<void> {
      *into = co_await c.check(until);
    };
    async::spawn(loop, tasks, "check",
                 body(*connection, clock.now() + std::chrono::seconds(5), out));
    settle();
    return out;
  };
  for (bool modern : {true, false}) {
    open(modern);
    auto const well = check();
    EXPECT_EQ(wire->sent.back().method, modern ? "server/discover" : "ping");
    EXPECT_EQ(connection->in_flight(), 0u) << "it is no request of the owner";
    EXPECT_FALSE(well->has_value());
    result(2, "{}");
    EXPECT_TRUE(well->value());
    auto const also = check();
    error(3, R"({"code":-32601,"message":"what?"})");
    EXPECT_TRUE(also->value());
    auto const late = check();
    advance(std::chrono::seconds(5));
    ASSERT_TRUE(late->has_value());
    EXPECT_EQ(late->value().error().code, Errc::deadline);
    auto const lost = check();
    close_link("exit status 1");
    EXPECT_EQ(lost->value().error().message, "exit status 1");
    EXPECT_FALSE(check()->value());
  }
}

TEST_F(Requests, TheLogLevelIsSetOnceForTheMostVerboseAndOnlyWhereThereIsOne) {
  open(false);
  connection->set_log_level(LogLevel::warning);
  connection->set_log_level(LogLevel::error);
  connection->set_log_level(LogLevel::warning);
  connection->set_log_level(LogLevel::debug);
  ASSERT_THAT(wire->sent, SizeIs(2));
  EXPECT_EQ(wire->sent[0].json,
            R"({"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"warning"}})");
  EXPECT_THAT(wire->sent[1].json, HasSubstr(R"("debug")"));
  result(2, "{}");
  error(3, R"({"code":-32602,"message":"no"})");
  EXPECT_TRUE(noise.empty());

  open(true);
  connection->set_log_level(LogLevel::debug);
  EXPECT_TRUE(wire->sent.empty());
  options.probe = Probe::legacy;
  make();
  start_open();
  result(1, R"({"protocolVersion":"2025-11-25","capabilities":{}})");
  connection->set_log_level(LogLevel::debug);
  EXPECT_THAT(wire->sent, SizeIs(2)) << "the handshake";
}

TEST_F(Requests, NotificationsGoOutAsTheyAre) {
  open(false);
  connection->notify("notifications/roots/list_changed", "");
  connection->notify("notifications/x", R"("a":1)");
  ASSERT_THAT(wire->sent, SizeIs(2));
  EXPECT_EQ(wire->sent[0].json, R"({"jsonrpc":"2.0","method":"notifications/roots/list_changed"})");
  EXPECT_EQ(wire->sent[0].method, "notifications/roots/list_changed");
  EXPECT_EQ(wire->sent[1].json, R"({"jsonrpc":"2.0","method":"notifications/x","params":{"a":1}})");
}

}  // namespace
}  // namespace rampart::upstream
