// What upstreams offer, as clients see it: order, prefixes, collisions, what is hidden or changed.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

using Publish = GatewayTest;

int count(std::string const& text, std::string const& part) {
  int n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST_F(Publish, OneUpstreamKeepsItsNames) {
  upstream("files", {"read", "write"});
  start();
  EXPECT_THAT(published(), ElementsAre("read", "write"));
}

TEST_F(Publish, SeveralUpstreamsArePrefixedInTheOrderOfTheFile) {
  upstream("zebra", {"b", "a"});
  upstream("ant", {"a"});
  start();
  EXPECT_THAT(published(), ElementsAre("zebra__b", "zebra__a", "ant__a"));
}

TEST_F(Publish, BesideToolsOfOurOwnAnUpstreamIsPrefixed) {
  host.server.tool("echo", "E", [] { return std::string(); });
  upstream("files", {"echo"});
  start();
  EXPECT_THAT(published(), ElementsAre("echo", "files__echo"));
}

TEST_F(Publish, APrefixOfItsOwnIsUsedWhereThereIsOneUpstreamToo) {
  upstream("files", {"read"});
  config_of("files").prefix = "disk";
  options.separator = "-";
  start();
  EXPECT_THAT(published(), ElementsAre("disk-read"));
}

TEST_F(Publish, PrefixAlwaysConcernsASingleUpstreamToo) {
  upstream("files", {"read"});
  options.prefix = config::PrefixRule::always;
  start();
  EXPECT_THAT(published(), ElementsAre("files__read"));
}

TEST_F(Publish, WithTheSamePrefixTwiceTheSecondNameGetsADigest) {
  upstream("one", {"read"});
  upstream("two", {"read"});
  config_of("one").prefix = config_of("two").prefix = "x";
  start();
  EXPECT_THAT(published(), ElementsAre("x__read", MatchesRegex("x__read_[0-9a-f]{8}")));
}

TEST_F(Publish, WithoutPrefixesTheFirstOwnerKeepsANameAndLaterOnesAreHiddenWithOneWarning) {
  upstream("one", {"read", "write"}).prompts = {R"({"name":"greet"})"};
  auto& two = upstream("two", {"read", "list"});
  two.prompts = {R"({"name":"greet"})"};
  options.prefix = config::PrefixRule::never;
  start();
  EXPECT_THAT(published(), ElementsAre("read", "write", "list"));
  EXPECT_THAT(published("prompts"), ElementsAre("greet"));
  two.instances.front()->notify("notifications/tools/list_changed", "{}");
  settle();
  EXPECT_EQ(count(logged(), R"("entry":"read")"), 1) << logged();
  EXPECT_EQ(count(logged(), R"("entry":"greet")"), 1);
}

TEST_F(Publish, AToolThatAnUpstreamListsTwiceIsPublishedOnce) {
  upstream("one", {"read", "read"});
  start();
  EXPECT_THAT(published(), ElementsAre("read"));
  EXPECT_THAT(logged(), HasSubstr("lists it twice"));
}

TEST_F(Publish, WhatIsDeniedOrNotAllowedIsHidden) {
  upstream("one", {"read", "write", "drop"});
  config_of("one").tools.allow = {"read", "drop"};
  config_of("one").tools.deny = {"drop"};
  start();
  EXPECT_THAT(published(), ElementsAre("read"));
  auto const refused = call("write");
  EXPECT_THAT(response(refused), HasSubstr("-32602"));
  EXPECT_TRUE(links.scripts["one"].waiting.empty()) << "the upstream never hears of it";
}

TEST_F(Publish, AnEntryThatIsNoneIsLeftOutAndTheRestIsPublished) {
  upstream("one", {R"({"name":7,"inputSchema":{"type":"object"}})", "read"});
  start();
  EXPECT_THAT(published(), ElementsAre("read"));
  EXPECT_THAT(logged(), HasSubstr("upstream_entry"));
}

TEST_F(Publish, AnUpstreamThatIsAwayDoesNotKeepOthersFromBeingListed) {
  upstream("dead").starts = false;
  upstream("alive", {"read"});
  start();
  EXPECT_TRUE(settled);
  EXPECT_THAT(published(), ElementsAre("alive__read"));
}

TEST_F(Publish, WhatADeadUpstreamOfferedStaysListed) {
  auto& one = upstream("one", {"read"});
  start();
  one.starts = false;
  one.instances.front()->die();
  settle();
  EXPECT_THAT(published(), ElementsAre("read"));
}

TEST_F(Publish, ListsFollowTheUpstreamAndClientsAreToldOnce) {
  auto& one = upstream("one", {"read"});
  start();
  std::vector<server::Change> told;
  host.server.registry().on_change(
      [&](server::Change change, std::string_view) { told.push_back(change); });
  one.tools.push_back(tool_named("write"));
  one.instances.front()->notify("notifications/tools/list_changed", "{}");
  settle();
  EXPECT_THAT(published(), ElementsAre("read", "write"));
  EXPECT_THAT(told, ElementsAre(server::Change::tools));
  host.server.registry().on_change(nullptr);
}

TEST_F(Publish, AResourceOfSeveralOwnersIsTheFirstOnes) {
  auto& one = upstream("one");
  one.resources = {R"({"uri":"file:///a","name":"a"})"};
  auto& two = upstream("two");
  two.resources = {R"({"uri":"file:///a","name":"other"})", R"({"uri":"file:///b","name":"b"})"};
  start();
  EXPECT_THAT(published("resources"),
              ElementsAre("circuit-breaker://stats", "file:///a", "file:///b"));
  auto const a = ask("resources/read", R"("uri":"file:///a")");
  auto const b = ask("resources/read", R"("uri":"file:///b")");
  EXPECT_EQ(next(one).param("uri"), R"("file:///a")");
  EXPECT_EQ(next(two).param("uri"), R"("file:///b")");
}

// Otherwise it would depend on who was there first whose tool a name means.
TEST_F(Publish, ANameThatReadsAsAnotherServersGetsADigestWhetherThatOneIsThereOrNot) {
  options.separator = "_";
  upstream("a", {"b_c", "d"});
  auto& other = upstream("a_b", {"c"});
  other.starts = false;
  start();
  auto const before = published();
  EXPECT_THAT(before, ElementsAre(::testing::MatchesRegex("a_b_c_[0-9a-f]{8}"), "a_d"));
  other.starts = true;
  advance(std::chrono::seconds(1));
  EXPECT_THAT(published(), ElementsAre(before[0], "a_d", "a_b_c"));
}

TEST_F(Publish, AnswersAboutAResourceThatNobodyListsGoToWhoAsked) {
  auto& one = upstream("one", {}, true);
  one.resources = {R"({"uri":"file:///a","name":"a"})"};
  auto& two = upstream("two", {}, true);
  two.resources = {R"({"uri":"file:///b","name":"b"})"};
  start();
  auto const first = ask("resources/read", R"("uri":"file:///hidden")");
  reply_error(next(one), R"({"code":-32602,"message":"?","data":{"uri":"file:///hidden"}})");
  reply(next(two), R"({"resultType":"input_required","requestState":"two's","inputRequests":{"k":)"
                   R"({"method":"elicitation/create","params":{"message":"?","requestedSchema":)"
                   R"({"type":"object","properties":{}}}}}})");
  ask("resources/read", R"("uri":"file:///hidden","inputResponses":{"k":{"action":"decline"}},)"
                        R"("requestState":)" +
                            at(first, "requestState"));
  EXPECT_TRUE(one.waiting.empty()) << one.waiting.front().json;
  EXPECT_EQ(next(two).param("requestState"), R"("two's")");
}

TEST_F(Publish, AResourceThatNobodyListsIsAskedForInOrderUntilOneKnowsIt) {
  auto& one = upstream("one");
  one.resources = {R"({"uri":"file:///a","name":"a"})"};
  auto& two = upstream("two");
  two.resources = {R"({"uri":"file:///b","name":"b"})"};
  start();
  auto const read = ask("resources/read", R"("uri":"file:///hidden")");
  reply_error(next(one), R"({"code":-32002,"message":"no such resource"})");
  EXPECT_FALSE(read.ended());
  reply(next(two), R"({"contents":[{"uri":"file:///hidden","text":"found"}]})");
  EXPECT_THAT(response(read), HasSubstr("found"));
}

std::string const mirrored = R"({"name":"where","inputSchema":{"type":"object","properties":)"
                             R"({"region":{"type":"string","x-mcp-header":"Region"}}}})";
std::string const badly_mirrored = R"({"name":"where","inputSchema":{"type":"object","properties":)"
                                   R"({"region":{"type":"number","x-mcp-header":"Region"}}}})";

TEST_F(Publish, AValidHeaderDeclarationStaysWordForWordAndIsEnforced) {
  upstream("one", {mirrored});
  start();
  EXPECT_THAT(descriptor("where"),
              HasSubstr(R"("region":{"type":"string","x-mcp-header":"Region"})"));
  EXPECT_EQ(host.server.registry().catalog()->tools.find("where")->mirrored.size(), 1);
}

TEST_F(Publish, AnInvalidHeaderDeclarationIsTakenOffALegacyUpstreamsToolWithOneWarning) {
  auto& one = upstream("one", {badly_mirrored});
  start();
  EXPECT_THAT(descriptor("where"), Not(HasSubstr("x-mcp-header")));
  EXPECT_THAT(descriptor("where"), HasSubstr(R"("region":{"type":"number"})"));
  EXPECT_THAT(host.server.registry().catalog()->tools.find("where")->mirrored, IsEmpty());
  one.instances.front()->notify("notifications/tools/list_changed", "{}");
  settle();
  EXPECT_EQ(count(logged(), "x-mcp-header: "), 1) << logged();
}

TEST_F(Publish, AnInvalidHeaderDeclarationIsTakenOffAModernChildsTool) {
  upstream("one", {badly_mirrored}, true);
  start();
  EXPECT_THAT(descriptor("where"), Not(HasSubstr("x-mcp-header")));
}

TEST_F(Publish, AnInvalidHeaderDeclarationDropsAModernHttpUpstreamsTool) {
  upstream("one", {badly_mirrored, "read"}, true).http = true;
  config_of("one").kind = config::UpstreamKind::streamable_http;
  start();
  EXPECT_THAT(published(), ElementsAre("read"));
}

TEST_F(Publish, TheMirroredArgumentsTravelToTheUpstreamAsHeaders) {
  auto& one = upstream("one", {mirrored}, true);
  one.http = true;
  config_of("one").kind = config::UpstreamKind::streamable_http;
  start();
  ask("tools/call", R"("name":"where","arguments":{"region":"eu"})");
  EXPECT_THAT(next(one).sent.param_headers, ElementsAre(::testing::Pair("Mcp-Param-Region", "eu")));
}

TEST_F(Publish, InstructionsAreMergedWithTheNamesOfTheirAuthors) {
  host.server.instructions("Be kind.");
  upstream("one").instructions = "Use read.";
  upstream("two").instructions = "Use list.";
  start();
  EXPECT_EQ(host.server.registry().instructions(),
            "Be kind.\n\n[one] Use read.\n\n[two] Use list.");
}

TEST_F(Publish, InstructionsOfASingleUpstreamAreItsOwnWords) {
  upstream("one").instructions = "Use read.";
  start();
  EXPECT_EQ(host.server.registry().instructions(), "Use read.");
}

TEST_F(Publish, ListsSayThatTheyMayChangeAtAnyTimeAndBelongToTheCaller) {
  upstream("one", {"read"});
  start();
  auto const list = ask("tools/list", "");
  EXPECT_EQ(at(list, "ttlMs"), "0");
  EXPECT_EQ(at(list, "cacheScope"), R"("private")");
}

TEST_F(Publish, NothingIsLeftInTheCatalogueAfterTheEnd) {
  upstream("one", {"read"}).resources = {R"({"uri":"file:///a","name":"a"})"};
  start();
  stop();
  gateway.reset();
  EXPECT_THAT(published(), IsEmpty());
  EXPECT_THAT(published("resources"), IsEmpty());
  EXPECT_EQ(host.server.registry().catalog()->unlisted, nullptr);
}

TEST_F(Publish, ReadinessFollowsRequiredUpstreams) {
  upstream("needed", {"read"});
  upstream("extra", {"read"});
  config_of("extra").required = false;
  start();
  EXPECT_TRUE(gateway->ready());
  EXPECT_FALSE(gateway->degraded());
  links.scripts["extra"].starts = false;
  links.scripts["extra"].instances.front()->die();
  settle();
  EXPECT_TRUE(gateway->ready());
  EXPECT_TRUE(gateway->degraded());
  links.scripts["needed"].starts = false;
  links.scripts["needed"].instances.front()->die();
  settle();
  EXPECT_FALSE(gateway->ready());
  links.scripts["needed"].starts = true;
  advance(std::chrono::seconds(40));
  EXPECT_TRUE(gateway->ready());
}

}  // namespace
}  // namespace rampart::gateway
