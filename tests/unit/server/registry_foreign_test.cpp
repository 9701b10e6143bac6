// What upstreams bring into the catalogue: behind our own entries, in their order, and told of only
// when it looks different.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rampart/server.hpp"
#include "server/call.hpp"
#include "server/registry.hpp"

namespace rampart::server {
namespace {
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Nobody final : public Foreign {
 public:
  Task<Result<Rendered>> run(Context, std::string) override;
  Task<Result<Rendered>> complete(Context, std::string) override;
  bool completes() const override { return false; }
  std::chrono::milliseconds limit() const override { return std::chrono::milliseconds(1); }
};
Task<Result<Rendered>> Nobody::run(Context, std::string) { co_return Rendered(); }
Task<Result<Rendered>> Nobody::complete(Context, std::string) { co_return Rendered(); }

Described described(std::string const& text) {
  Described out;
  out.fill(text);
  return out;
}

using Tools = std::vector<std::shared_ptr<Tool const>>;

ForeignSet only(Tools tools) {
  ForeignSet out;
  out.tools = std::move(tools);
  return out;
}

class RegistryForeign : public ::testing::Test {
 protected:
  std::shared_ptr<Tool const> tool(std::string const& name, std::string const& text = "{}") {
    ToolSpec spec;
    spec.name = name;
    spec.input_schema = R"({"type":"object"})";
    return make_foreign_tool(std::move(spec), {}, described(text), std::make_shared<Nobody>(),
                             registry().next_tool_number(), nullptr);
  }
  std::shared_ptr<Resource const> resource(std::string const& uri) {
    ResourceSpec spec;
    spec.uri = uri;
    return make_foreign_resource(std::move(spec), described("{}"), std::make_shared<Nobody>());
  }
  std::shared_ptr<Prompt const> prompt(std::string const& name) {
    PromptSpec spec;
    spec.name = name;
    return make_foreign_prompt(std::move(spec), described("{}"), std::make_shared<Nobody>());
  }
  ForeignSet with_prompt(std::shared_ptr<Tool const> one) {
    auto out = only({std::move(one)});
    out.prompts = {prompt("p")};
    return out;
  }
  std::vector<std::string> tools() {
    std::vector<std::string> out;
    for (auto const& entry : registry().catalog()->tools.list()) out.push_back(entry->spec.name);
    return out;
  }
  Registry& registry() { return server.registry(); }
  Server server{"tested", "1"};
};

TEST_F(RegistryForeign, UpstreamsStandBehindOurOwnInTheirOrderWhoeverCameFirst) {
  registry().set_foreign(1, only({tool("late")}));
  server.tool("own", "O", [] { return std::string(); });
  registry().set_foreign(0, only({tool("z"), tool("a")}));
  EXPECT_THAT(tools(), ElementsAre("own", "z", "a", "late"));
}

TEST_F(RegistryForeign, ATakenNameStaysWithTheFirst) {
  server.tool("echo", "E", [] { return std::string(); });
  registry().set_foreign(0, only({tool("echo"), tool("read", R"({"from":0})")}));
  registry().set_foreign(1, only({tool("read", R"({"from":1})")}));
  EXPECT_THAT(tools(), ElementsAre("echo", "read"));
  auto const catalog = registry().catalog();
  EXPECT_EQ(catalog->tools.find("echo")->foreign, nullptr);
  EXPECT_EQ(*catalog->tools.find("read")->rendered.back(), R"({"from":0})");
  registry().set_foreign(0, {});
  EXPECT_EQ(*registry().catalog()->tools.find("read")->rendered.back(), R"({"from":1})")
      << "whoever is left has it then";
}

TEST_F(RegistryForeign, OnlyListsThatLookDifferentAreChanges) {
  std::vector<Change> told;
  registry().on_change([&](Change change, std::string_view) { told.push_back(change); });
  EXPECT_THAT(registry().set_foreign(0, with_prompt(tool("a"))),
              ElementsAre(Change::tools, Change::prompts));
  EXPECT_THAT(told, ElementsAre(Change::tools, Change::prompts));
  told.clear();
  EXPECT_THAT(registry().set_foreign(0, with_prompt(tool("a"))), IsEmpty());
  EXPECT_THAT(told, IsEmpty());
  EXPECT_THAT(registry().set_foreign(0, only({tool("a", R"({"new":1})")})),
              ElementsAre(Change::tools, Change::prompts));
  registry().on_change(nullptr);
}

TEST_F(RegistryForeign, ResourcesAndTemplatesAreOneListToSubscribersAndToldOnce) {
  ForeignSet set;
  set.resources = {resource("a:1")};
  set.templates = {resource("a:{x}")};
  EXPECT_THAT(registry().set_foreign(0, set), ElementsAre(Change::resources));
  set.templates.clear();
  EXPECT_THAT(registry().set_foreign(0, set), ElementsAre(Change::resources));
}

TEST_F(RegistryForeign, WhatLooksTheSameIsStillServedByTheNewEntry) {
  registry().set_foreign(0, only({tool("a")}));
  auto const next = tool("a");
  registry().set_foreign(0, only({next}));
  EXPECT_EQ(registry().catalog()->tools.find("a"), next);
}

TEST_F(RegistryForeign, ARequestKeepsTheCatalogueItStartedWith) {
  registry().set_foreign(0, only({tool("a")}));
  auto const held = registry().catalog();
  registry().set_foreign(0, {});
  EXPECT_NE(held->tools.find("a"), nullptr);
  EXPECT_EQ(registry().catalog()->tools.find("a"), nullptr);
  EXPECT_GT(registry().catalog()->generation, held->generation);
}

TEST_F(RegistryForeign, OurOwnEntriesStayWhenUpstreamsGo) {
  server.tool("own", "O", [] { return std::string(); });
  registry().set_foreign(0, only({tool("a")}));
  registry().set_foreign(0, {});
  EXPECT_THAT(tools(), ElementsAre("own"));
}

}  // namespace
}  // namespace rampart::server
