// The sealed state between two rounds of a modern call: what opens it and what does not.
#include "server/asking.hpp"

#include <gtest/gtest.h>

#include "harness.hpp"

namespace rampart::server {
namespace {

using std::chrono::seconds;

class SealedState : public ::testing::Test {
 protected:
  std::string sealed(std::string_view binding) {
    return *seal_state(sealer, binding, kept, clock.wall() + seconds(600), 64 * 1024);
  }
  bool opens(std::string_view state, std::string_view binding) {
    return open_state(sealer, binding, state, clock.wall()).has_value();
  }
  testing::FakeClock clock;
  crypto::Sealer sealer{{crypto::SealingKey::random()}};
  CallState::Kept kept{{{"name", R"({"action":"accept"})"}}, {{"id", "42"}}, 2};
  std::string const binding = state_binding("alice", "tools/call", "book", "digest");
};

TEST_F(SealedState, GivesBackWhatWasKept) {
  auto const opened = open_state(sealer, binding, sealed(binding), clock.wall());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->answers, kept.answers);
  EXPECT_EQ(opened->memos, kept.memos);
  EXPECT_EQ(opened->round, 2);
}

TEST_F(SealedState, BelongsToOnePrincipalMethodNameAndSetOfArguments) {
  auto const state = sealed(binding);
  EXPECT_TRUE(opens(state, binding));
  EXPECT_FALSE(opens(state, state_binding("bob", "tools/call", "book", "digest")));
  EXPECT_FALSE(opens(state, state_binding("alice", "prompts/get", "book", "digest")));
  EXPECT_FALSE(opens(state, state_binding("alice", "tools/call", "pay", "digest")));
  EXPECT_FALSE(opens(state, state_binding("alice", "tools/call", "book", "other")));
}

TEST_F(SealedState, PartsOfTheBindingCannotFlowIntoEachOther) {
  EXPECT_NE(state_binding("a", "b", "c", "d"), state_binding("a", "b\n1:c", "", "d"));
  EXPECT_NE(state_binding("ab", "", "c", "d"), state_binding("a", "b", "c", "d"));
}

TEST_F(SealedState, ExpiresAtItsSecond) {
  auto const state = sealed(binding);
  clock.advance(seconds(599));
  EXPECT_TRUE(opens(state, binding));
  clock.advance(seconds(1));
  EXPECT_FALSE(opens(state, binding));
}

TEST_F(SealedState, OneFlippedBitAnywhereIsRefused) {
  auto const state = sealed(binding);
  for (std::size_t i = 0; i < state.size(); ++i) {
    std::string bad = state;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(opens(bad, binding)) << "byte " << i;
  }
  EXPECT_FALSE(opens("", binding));
  EXPECT_FALSE(opens(state + "A", binding));
}

TEST_F(SealedState, EveryRefusalLooksTheSame) {
  auto const forged = open_state(sealer, binding, "AAAA", clock.wall());
  auto const state = sealed(binding);
  clock.advance(seconds(601));
  auto const expired = open_state(sealer, binding, state, clock.wall());
  for (auto const* one : {&forged, &expired}) {
    ASSERT_FALSE(*one);
    EXPECT_EQ(one->error().code, Errc::state_rejected);
    EXPECT_EQ(one->error().message, "requestState is not valid for this request");
    EXPECT_EQ(one->error().data, R"({"reason":"invalid_request_state"})");
  }
}

TEST_F(SealedState, OpensWithTheOldKeyAfterARotationAndNotWithoutIt) {
  auto const old_key = crypto::SealingKey::random(), new_key = crypto::SealingKey::random();
  crypto::Sealer const before({old_key}), rotated({new_key, old_key}), after({new_key});
  auto const expires = clock.wall() + seconds(600);
  auto const old_state = *seal_state(before, binding, kept, expires, 64 * 1024);
  auto const new_state = *seal_state(rotated, binding, kept, expires, 64 * 1024);
  EXPECT_TRUE(open_state(rotated, binding, old_state, clock.wall()));
  EXPECT_TRUE(open_state(rotated, binding, new_state, clock.wall()));
  EXPECT_TRUE(open_state(after, binding, new_state, clock.wall()));
  EXPECT_FALSE(open_state(after, binding, old_state, clock.wall()));
  EXPECT_FALSE(open_state(before, binding, new_state, clock.wall()));
}

TEST_F(SealedState, TheBoundHoldsAtItsValueAndIsNamedOnePast) {
  auto size_with = [&](std::size_t answer) {
    CallState::Kept big;
    big.answers.emplace("a", '"' + std::string(answer, 'x') + '"');
    return seal_state(sealer, binding, big, clock.wall() + seconds(600), 64 * 1024);
  };
  std::size_t fits = 0;
  for (std::size_t size = 65'536; fits == 0; --size)
    if (size_with(size)) fits = size;
  EXPECT_GT(fits, 65'000u);
  auto const refused = size_with(fits + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_params);
  EXPECT_NE(refused.error().message.find("65536 bytes"), std::string::npos)
      << refused.error().message;
}

struct Form {
  std::string name;
  static constexpr auto fields = rampart::fields(rampart::required<&Form::name>("Who"));
};

/// The same through the dispatcher: two tools that ask, two callers.
class StateOnTheWire : public ::testing::Test {
 protected:
  StateOnTheWire() {
    for (std::string name : {"book", "pay"})
      host.server.tool(name, "Asks", [](Context& context) -> Result<std::string> {
        auto const form = context.elicit<Form>("who", "Your name?");
        if (!form) return Failure(form.error());
        return form->name;
      });
    auto const asked = host.reply(host.call("book"));
    auto const document = json::Document::parse_copy(asked.json().text());
    state = std::string(*document->root().find("requestState")->as_string());
  }
  testing::Reply answer(std::string const& tool, std::string const& arguments = "{}",
                        std::string principal = "anonymous") {
    return host.reply(host.start(
        "tools/call",
        R"("name":")" + tool + R"(","arguments":)" + arguments +
            R"(,"inputResponses":{"who":{"action":"accept","content":{"name":"Ann"}}},)" +
            R"("requestState":")" + state + '"',
        std::move(principal)));
  }
  Harness host;
  std::string state;
};

TEST_F(StateOnTheWire, TheSameCallGoesOn) { EXPECT_EQ(answer("book").text(), "Ann"); }

TEST_F(StateOnTheWire, AnotherPrincipalToolOrArgumentsDoNot) {
  EXPECT_EQ(answer("book", "{}", "bob").code(), -32602);
  EXPECT_EQ(answer("pay").code(), -32602);
  EXPECT_EQ(answer("book", R"({"x":1})").code(), -32602);
}

TEST_F(StateOnTheWire, NeitherDoesAnExpiredOne) {
  host.advance(seconds(600));
  EXPECT_EQ(answer("book").code(), -32602);
}

TEST_F(StateOnTheWire, NeitherDoesAStateOfTheWrongType) {
  EXPECT_EQ(host.reply(host.start("tools/call", R"("name":"book","requestState":7)")).code(),
            -32602);
  EXPECT_EQ(host.reply(host.start("tools/call", R"("name":"book","inputResponses":[])")).code(),
            -32602);
}

TEST_F(StateOnTheWire, AtMost64AnswersAreTaken) {
  auto with = [&](int count) {
    std::string answers;
    for (int i = 0; i < count; ++i) answers += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":{}";
    return host
        .reply(host.start("tools/call", R"("name":"book","inputResponses":{)" + answers + "}"))
        .code();
  };
  EXPECT_EQ(with(64), 0);
  EXPECT_EQ(with(65), -32602);
}

}  // namespace
}  // namespace rampart::server
