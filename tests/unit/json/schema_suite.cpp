// The official JSON-Schema-Test-Suite, all required tests of 2020-12 and draft-07.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "json/document.hpp"
#include "json/schema/schema.hpp"

namespace rampart::json {
namespace {
namespace fs = std::filesystem;

// Another copy of the suite may be named by the environment.
fs::path suite() {
  char const* named = std::getenv("RAMPART_SCHEMA_SUITE");
  return named != nullptr ? named : "/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance";
}

std::string read(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

// The suite expects its remote documents where a server on this port would serve them.
SchemaDocuments remotes() {
  SchemaDocuments documents;
  fs::path root = suite() / "remotes";
  for (auto const& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".json") continue;
    std::string uri = "http://localhost:1234/" + fs::relative(entry.path(), root).string();
    auto added = documents.add(uri, read(entry.path()));
    EXPECT_TRUE(added) << uri << ": " << added.error().message;
  }
  return documents;
}

// Tests that do not hold, as "dialect / file / group / test", each with its reason.
std::vector<std::pair<std::string, std::string>> const exceptions = {
    // Of the optional ones; no required test is here.
    {"draft2020-12 / ecmascript-regex / \\a is not an ECMA 262 control escape / when used as a "
     "pattern",
     "asserts the format \"regex\", and format is an annotation"},
};

struct Count {
  std::size_t files = 0, groups = 0, passed = 0, failed = 0, excepted = 0;
};

class SuiteRun {
 public:
  SuiteRun(std::string dialect, std::string default_dialect)
      : dialect_(std::move(dialect)), default_(std::move(default_dialect)), documents_(remotes()) {}

  Count required() {
    for (auto const& entry : fs::directory_iterator(suite() / "tests" / dialect_))
      if (entry.path().extension() == ".json") file(entry.path());
    return count_;
  }
  Count optional(std::vector<std::string> const& names) {
    for (std::string const& name : names)
      file(suite() / "tests" / dialect_ / "optional" / (name + ".json"));
    return count_;
  }

 private:
  void file(fs::path const& path) {
    ++count_.files;
    std::string text = read(path);
    auto document = Document::parse(text);
    ASSERT_TRUE(document) << path << ": " << document.error().message;
    for (Node group : document->root().items())
      run_group(path.stem().string() + " / " + std::string(*group.find("description")->as_string()),
                group);
  }

  // Schemas of the older suites say no dialect: it is the one of their folder.
  std::string schema_text(Node schema) const {
    std::string text = schema.text();
    if (!schema.is_object() || schema.find("$schema")) return text;
    std::string declared = "{\"$schema\":\"" + default_ + "\"";
    return declared + (schema.size() == 0 ? "}" : "," + text.substr(1));
  }

  void run_group(std::string const& name, Node group) {
    ++count_.groups;
    auto schema = Schema::compile(schema_text(*group.find("schema")), documents_);
    for (Node test : group.find("tests")->items()) {
      std::string full = name + " / " + std::string(*test.find("description")->as_string());
      bool expected = *test.find("valid")->as_bool();
      std::string got = schema ? "" : "does not compile: " + schema.error().message;
      if (schema) {
        auto violation = schema->validate(*test.find("data"));
        if (violation.has_value() == !expected) {
          ++count_.passed;
          continue;
        }
        got = violation ? "invalid: " + violation->message : "valid";
      }
      note_failure(full, got);
    }
  }

  void note_failure(std::string const& test, std::string const& got) {
    for (auto const& [excepted, reason] : exceptions) {
      if (dialect_ + " / " + test != excepted) continue;
      ++count_.excepted;
      return;
    }
    ++count_.failed;
    ADD_FAILURE() << dialect_ << " / " << test << ": " << got;
  }

  std::string dialect_;
  std::string default_;
  SchemaDocuments documents_;
  Count count_;
};

void expect_suite(std::string const& dialect) {
  ASSERT_TRUE(fs::exists(suite() / "tests" / dialect))
      << "the JSON-Schema-Test-Suite is not at " << suite()
      << ": install the Debian package libtest-json-schema-acceptance-perl, or name another copy "
         "with RAMPART_SCHEMA_SUITE";
}

void report(std::string const& what, Count const& count) {
  std::cout << what << ": " << count.passed << " passed, " << count.failed << " failed, "
            << count.excepted << " excepted, in " << count.groups << " groups of " << count.files
            << " files\n";
  EXPECT_EQ(count.failed, 0U);
}

constexpr char const* uri_2020_12 = "https://json-schema.org/draft/2020-12/schema";
constexpr char const* uri_07 = "http://json-schema.org/draft-07/schema#";

TEST(SchemaSuite, Draft2020_12PassesEveryRequiredTest) {
  ASSERT_NO_FATAL_FAILURE(expect_suite("draft2020-12"));
  Count count = SuiteRun("draft2020-12", uri_2020_12).required();
  report("draft2020-12", count);
  EXPECT_EQ(count.excepted, 0U);
  EXPECT_GE(count.passed, 1'100U) << "the suite found is not complete";
}

TEST(SchemaSuite, Draft07PassesEveryRequiredTest) {
  ASSERT_NO_FATAL_FAILURE(expect_suite("draft7"));
  Count count = SuiteRun("draft7", uri_07).required();
  report("draft7", count);
  EXPECT_EQ(count.excepted, 0U);
  EXPECT_GE(count.passed, 800U) << "the suite found is not complete";
}

// Not covered: assertions of format and content, dialects that are not spoken, and numbers beyond
// 64 bits, which the parser refuses.
TEST(SchemaSuite, TheOptionalTestsOfWhatIsCoveredPassToo) {
  ASSERT_NO_FATAL_FAILURE(expect_suite("draft2020-12"));
  Count modern = SuiteRun("draft2020-12", uri_2020_12)
                     .optional({"dependencies-compatibility", "ecmascript-regex", "float-overflow",
                                "no-schema", "non-bmp-regex", "refOfUnknownKeyword", "unicode"});
  report("draft2020-12, optional", modern);
  EXPECT_EQ(modern.excepted, 1U);
  Count older = SuiteRun("draft7", uri_07)
                    .optional({"ecmascript-regex", "float-overflow", "non-bmp-regex", "unicode"});
  report("draft7, optional", older);
  EXPECT_EQ(older.excepted, 0U);
}

}  // namespace
}  // namespace rampart::json
