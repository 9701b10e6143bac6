// What the doctor makes of a catalogue, and how findings are told.
#include <gmock/gmock.h>

#include "client/doctor/catalogue.hpp"
#include "json/document.hpp"

namespace rampart::client {
namespace {

using testing::HasSubstr;

std::string tool(std::string const& name, std::string const& more = "") {
  return R"({"name":")" + name + R"(","description":"d","inputSchema":{"type":"object"})" + more +
         "}";
}

Finding finding(std::vector<std::string> tools, std::string_view check) {
  Lists lists;
  lists.of(ListKind::tools) = std::move(tools);
  Findings findings;
  examine_catalogue(lists, findings);
  for (auto const& each : findings.all())
    if (each.check == check) return each;
  return {};
}

std::vector<std::string> many(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(tool("t" + std::to_string(i)));
  return out;
}

TEST(DoctorCatalogue, TellsWhatAModelHasToRead) {
  auto const small = tool("a"), large = tool("b", R"(,"title":")" + std::string(100, 'x') + "\"");
  auto const found = finding({small, large}, "catalogue");
  EXPECT_EQ(found.grade, Grade::ok);
  EXPECT_EQ(found.text, "2 tools: " + std::to_string(small.size() + large.size()) + " B, about " +
                            std::to_string((small.size() + large.size()) / 4) + " tokens");
  EXPECT_THAT(found.details,
              testing::ElementsAre("largest tools:", HasSubstr("b:"), HasSubstr("a:")));
  auto data = "{" + found.data + "}";
  auto const document = json::Document::parse(data);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().find("largest_tools")->size(), 2u);
  EXPECT_EQ(document->root().find("lists")->find("tools")->find("count")->as_int64(), 2);
}

TEST(DoctorCatalogue, AdvisesAgainstTooMuchOfIt) {
  EXPECT_EQ(finding(many(many_tools), "catalogue").grade, Grade::ok);
  EXPECT_EQ(finding(many(many_tools + 1), "catalogue").grade, Grade::advice);
  auto const long_one = tool("a", R"(,"title":")" + std::string(4 * many_tool_tokens, 'x') + "\"");
  EXPECT_EQ(finding({long_one}, "catalogue").grade, Grade::advice);
  EXPECT_EQ(finding(many(9), "catalogue").details.size(), 1 + largest_shown);
}

TEST(DoctorCatalogue, JudgesNames) {
  EXPECT_EQ(finding({tool("get_it-2")}, "names").grade, Grade::ok);
  EXPECT_EQ(finding({tool(std::string(64, 'x'))}, "names").grade, Grade::ok);
  EXPECT_EQ(finding({tool(std::string(65, 'x'))}, "names").grade, Grade::advice);
  EXPECT_EQ(finding({tool("a.b")}, "names").grade, Grade::advice);
  EXPECT_EQ(finding({tool(std::string(129, 'x'))}, "names").grade, Grade::problem);
  EXPECT_EQ(finding({tool("a b")}, "names").grade, Grade::problem);
  EXPECT_EQ(finding({tool("")}, "names").grade, Grade::problem);
  auto const twice = finding({tool("a"), tool("b"), tool("a")}, "names");
  EXPECT_EQ(twice.grade, Grade::problem);
  EXPECT_EQ(twice.text, "names that occur twice: a");
}

TEST(DoctorCatalogue, JudgesSchemas) {
  EXPECT_EQ(finding({tool("a")}, "schemas").grade, Grade::ok);
  EXPECT_EQ(finding({tool("a", R"(,"outputSchema":{"type":"object"})")}, "schemas").text,
            "2 schemas, all compile");
  auto const wrong = [](std::string const& schema) {
    auto const found =
        finding({R"({"name":"a","description":"d","inputSchema":)" + schema + "}"}, "schemas");
    EXPECT_EQ(found.grade, Grade::problem) << schema;
    return found.details.empty() ? std::string() : found.details[0];
  };
  EXPECT_THAT(wrong("null"), HasSubstr("no object"));
  EXPECT_THAT(wrong("{}"), HasSubstr("\"type\": \"object\""));
  EXPECT_THAT(wrong(R"({"type":"object","properties":{"x":{"type":"text"}}})"),
              HasSubstr("a: inputSchema"));
  EXPECT_THAT(wrong(R"({"type":"object","properties":{"x":{"$ref":"#/nowhere"}}})"),
              HasSubstr("a: inputSchema"));
  EXPECT_EQ(finding({R"({"name":"a","description":"d"})"}, "schemas").details,
            std::vector<std::string>{"a: inputSchema: missing"});
}

TEST(DoctorCatalogue, WantsDescriptions) {
  EXPECT_EQ(finding({tool("a")}, "descriptions").grade, Grade::ok);
  EXPECT_EQ(finding({R"({"name":"a","inputSchema":{"type":"object"}})"}, "descriptions").text,
            "tools without one: a");
}

TEST(DoctorCatalogue, KnowsWhatMayBeRun) {
  EXPECT_TRUE(is_read_only(tool("a", R"(,"annotations":{"readOnlyHint":true})")));
  EXPECT_FALSE(is_read_only(tool("a", R"(,"annotations":{"readOnlyHint":false})")));
  EXPECT_FALSE(is_read_only(tool("a", R"(,"annotations":{"readOnlyHint":"true"})")));
  EXPECT_FALSE(is_read_only(tool("a")));
  EXPECT_EQ(required_arguments(tool("a")), 0u);
  EXPECT_EQ(required_arguments(R"({"inputSchema":{"required":["x","y"]}})"), 2u);
}

Findings some() {
  Findings findings;
  findings.add("short", Grade::ok, "fine");
  findings.add("a-long-word", Grade::advice, "could be \x1b better", "do it");
  findings.add("none", Grade::untested, "nobody knows");
  return findings;
}

TEST(DoctorFindings, AreAligned) {
  EXPECT_EQ(some().report("node x.js", Style{}),
            "node x.js\n\n"
            "  ok        short        fine\n"
            "  advice    a-long-word  could be \\x1b better\n"
            "                         -> do it\n"
            "  untested  none         nobody knows\n"
            "\n1 ok, 1 advice, 0 problems, 1 not tested\n");
}

TEST(DoctorFindings, AreColouredOnRequest) {
  EXPECT_THAT(some().report("x", Style{true}), HasSubstr("\x1b[33madvice"));
  EXPECT_EQ(some().report("x", Style{false}).find('\x1b'), std::string::npos);
}

TEST(DoctorFindings, TheWorstIsTheVerdict) {
  auto findings = some();
  EXPECT_THAT(findings.json("x"), HasSubstr(R"("verdict":"advice","findings":[{"check":"short")"));
  EXPECT_EQ(findings.status(), Status::ok);
  findings.add("bad", Grade::problem, "no");
  EXPECT_THAT(findings.json("x"), HasSubstr(R"("server":"x","verdict":"problem")"));
  EXPECT_EQ(findings.status(), Status::tool_failed);
  auto text = findings.json("x");
  EXPECT_TRUE(json::Document::parse(text));
}

}  // namespace
}  // namespace rampart::client
