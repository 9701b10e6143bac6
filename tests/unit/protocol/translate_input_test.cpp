#include "protocol/translate_input.hpp"

#include <gmock/gmock.h>

namespace rampart::protocol {
namespace {
using ::testing::HasSubstr;

std::optional<InputRequired> read(std::string_view result) {
  auto out = read_input_required(result);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : std::nullopt;
}
std::string refused(std::string_view result) {
  auto const out = read_input_required(result);
  EXPECT_FALSE(out) << result;
  return out ? "" : out.error().message;
}

TEST(InputRequired, ACompleteResultAsksNothing) {
  EXPECT_FALSE(read(R"({"content":[]})"));
  EXPECT_FALSE(read(R"({"resultType":"complete","inputRequests":{"a":{}}})"));
}

TEST(InputRequired, QuestionsAndStateAreRead) {
  auto const asked =
      read(R"({"resultType":"input_required","requestState":"s\u00e9\"t","inputRequests":{)"
           R"("a":{"method":"elicitation/create","params":{"message":"who?"}},)"
           R"("b":{"method":"roots/list"}}})");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->request_state, "s\xc3\xa9\"t");
  ASSERT_EQ(asked->requests.size(), 2u);
  EXPECT_EQ(asked->requests[0].key, "a");
  EXPECT_EQ(asked->requests[0].method, "elicitation/create");
  EXPECT_EQ(asked->requests[0].params, R"({"message":"who?"})");
  EXPECT_EQ(asked->requests[1].params, "{}");
}

TEST(InputRequired, AStateAloneIsEnoughAndAnEmptyOneIsAState) {
  auto const asked = read(R"({"resultType":"input_required","requestState":""})");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->request_state, "");
  EXPECT_TRUE(asked->requests.empty());
  auto const stateless =
      read(R"({"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"}}})");
  ASSERT_TRUE(stateless);
  EXPECT_FALSE(stateless->request_state);
}

TEST(InputRequired, WhatIsNotOfThisShapeIsRefused) {
  auto const with = [](std::string const& rest) {
    return R"({"resultType":"input_required")" + rest + "}";
  };
  EXPECT_THAT(refused(with("")), HasSubstr("without a question or a state"));
  EXPECT_THAT(refused(with(R"(,"requestState":7)")), HasSubstr("requestState is no string"));
  EXPECT_THAT(refused(with(R"(,"requestState":")" + std::string(70'000, 'x') + "\"")),
              HasSubstr("longer than 65536 bytes"));
  EXPECT_THAT(refused(with(R"(,"inputRequests":[])")), HasSubstr("inputRequests is not an object"));
  EXPECT_THAT(refused(with(R"(,"inputRequests":{"a":1})")), HasSubstr("not an object"));
  EXPECT_THAT(refused(with(R"(,"inputRequests":{"a":{"method":"tools/call"}})")),
              HasSubstr("unknown method"));
  EXPECT_THAT(refused(with(R"(,"inputRequests":{"a":{"method":"roots/list","params":[]}})")),
              HasSubstr("params are no object"));
  EXPECT_THAT(refused(with(R"(,"inputRequests":{"a":{},"a":{}})")), HasSubstr("twice"));
  std::string many;
  for (std::size_t i = 0; i <= max_input_requests; ++i)
    many += (i ? ",\"" : "\"") + std::to_string(i) + R"(":{"method":"roots/list"})";
  EXPECT_THAT(refused(with(R"(,"inputRequests":{)" + many + "}")), HasSubstr("more than 64"));
}

TEST(LackingCapability, NamesWhatTheClientDidNotDeclare) {
  ClientCapabilities none;
  ClientCapabilities all;
  all.sampling = all.sampling_tools = all.elicitation_form = all.elicitation_url = all.roots = true;
  ClientCapabilities form;
  form.elicitation_form = form.sampling = true;
  auto const lacking = [](std::string_view method, std::string_view params,
                          ClientCapabilities const& client) {
    return lacking_capability({"k", std::string(method), std::string(params)}, client)
        .value_or("none");
  };
  EXPECT_EQ(lacking("elicitation/create", "{}", none), R"({"elicitation":{}})");
  EXPECT_EQ(lacking("elicitation/create", R"({"mode":"url"})", form),
            R"({"elicitation":{"url":{}}})");
  EXPECT_EQ(lacking("elicitation/create", R"({"mode":"form"})", form), "none");
  EXPECT_EQ(lacking("sampling/createMessage", "{}", none), R"({"sampling":{}})");
  EXPECT_EQ(lacking("sampling/createMessage", R"({"tools":[]})", form),
            R"({"sampling":{"tools":{}}})");
  EXPECT_EQ(lacking("roots/list", "{}", form), R"({"roots":{}})");
  for (auto const method : {"elicitation/create", "sampling/createMessage", "roots/list"})
    EXPECT_EQ(lacking(method, R"({"mode":"url","tools":[]})", all), "none");
}

TEST(TranslateQuestion, FormsHaveAModeOnlyWhereThereAreSeveral) {
  constexpr std::string_view form =
      R"({"mode":"form","message":"m","requestedSchema":{"type": "object"}})";
  EXPECT_EQ(translate_question("elicitation/create", form, Version::v2025_06_18, "id"),
            R"({"message":"m","requestedSchema":{"type": "object"}})");
  EXPECT_EQ(translate_question("elicitation/create", form, Version::v2025_11_25, "id"), form);
}

TEST(TranslateQuestion, UrlsHaveAnIdOnlyInTheLegacyEra) {
  EXPECT_EQ(translate_question("elicitation/create", R"({"mode":"url","url":"u","message":"m"})",
                               Version::v2025_11_25, "e1"),
            R"({"mode":"url","url":"u","message":"m","elicitationId":"e1"})");
  EXPECT_EQ(translate_question(
                "elicitation/create",
                R"({"mode":"url","url":"u","message":"m","elicitationId":"x","_meta":{"a":1}})",
                Version::v2026_07_28, "e1"),
            R"({"mode":"url","url":"u","message":"m"})");
}

TEST(TranslateQuestion, TheLegsOwnBusinessStaysBehind) {
  EXPECT_EQ(translate_question("sampling/createMessage",
                               R"({"messages":[],"task":{},"_meta":{"progressToken":1}})",
                               Version::v2026_07_28, ""),
            R"({"messages":[]})");
}

TEST(TranslateAnswer, PassesWhatHasTheShapeOfAnAnswer) {
  EXPECT_EQ(translate_answer("elicitation/create", R"({"action":"accept","content":{"a":1.50}})"),
            R"({"action":"accept","content":{"a":1.50}})");
  EXPECT_EQ(translate_answer("sampling/createMessage",
                             R"({"resultType":"complete","role":"assistant","content":{}})"),
            R"({"role":"assistant","content":{}})");
  EXPECT_EQ(translate_answer("roots/list", R"({"roots":[{"uri":"file:///a"}]})"),
            R"({"roots":[{"uri":"file:///a"}]})");
}

TEST(TranslateAnswer, RefusesWhatHasNot) {
  auto const why = [](std::string_view method, std::string_view answer) {
    auto const out = translate_answer(method, answer);
    return out ? "accepted" : out.error().message;
  };
  EXPECT_THAT(why("elicitation/create", "1"), HasSubstr("is no object"));
  EXPECT_THAT(why("elicitation/create", "null"), HasSubstr("is no object"));
  EXPECT_THAT(why("elicitation/create", R"({"action":"maybe"})"), HasSubstr("no action"));
  EXPECT_THAT(why("elicitation/create", R"({"action":"accept","action":"decline"})"),
              HasSubstr("twice"));
  EXPECT_THAT(why("sampling/createMessage", "{}"), HasSubstr("no content"));
  EXPECT_THAT(why("roots/list", R"({"roots":{}})"), HasSubstr("no list of roots"));
}

TEST(AnswerOfError, AnElicitationIsCancelledTheRestEnds) {
  EXPECT_EQ(answer_of_error("elicitation/create", R"({"code":-1,"message":"no"})"),
            R"({"action":"cancel"})");
  auto const sampling =
      answer_of_error("sampling/createMessage", R"({"code":-1,"message":"user said no"})");
  ASSERT_FALSE(sampling);
  EXPECT_EQ(sampling.error().code, Errc::declined);
  EXPECT_EQ(sampling.error().message,
            "the client could not answer sampling/createMessage: user said no");
}

}  // namespace
}  // namespace rampart::protocol
