// Requests that no server should accept, and how this one takes them.
#include <algorithm>

#include "client/doctor/behaviour.hpp"
#include "client/doctor/catalogue.hpp"
#include "client/show.hpp"
#include "client/text.hpp"
#include "json/write.hpp"
#include "protocol/error_codes.hpp"

namespace rampart::client {
namespace {

using Kind = Reaction::Kind;

constexpr std::string_view no_method = "rampart/no-such-method";
constexpr std::string_view no_tool = "rampart-no-such-tool";
constexpr std::string_view half_a_message = R"({"jsonrpc":"2.0","id":)";

upstream::Request call_of(std::string_view tool) {
  upstream::Request request;
  request.method = "tools/call";
  request.name = tool;
  request.params = R"("name":)" + json::quoted(tool) + R"(,"arguments":{})";
  return request;
}

/// The worst that can come of anything; false: neither silence nor death.
bool fell(std::string_view check, Reaction const& reaction, Findings& findings) {
  if (reaction.kind == Kind::silence) {
    findings.add(
        check, Grade::problem,
        "no answer within " + std::to_string(Subject::patience / std::chrono::seconds(1)) + " s",
        "answer every request, if only with an error: clients wait until their time limit");
    return true;
  }
  if (reaction.kind == Kind::death) {
    findings.add(check, Grade::problem, first_line(reaction.why, longest_quote),
                 "catch what goes wrong in a request and answer with an error: nobody else's call "
                 "should be lost");
    return true;
  }
  return false;
}

std::string refused(Reaction const& reaction) {
  if (reaction.kind == Kind::error) return "refused with error " + std::to_string(reaction.code);
  return "refused: " + first_line(reaction.why, longest_quote);
}

void judge_method(Reaction const& reaction, Findings& findings) {
  constexpr std::string_view check = "unknown-method";
  if (fell(check, reaction, findings)) return;
  if (reaction.kind == Kind::error && reaction.code == protocol::code::method_not_found)
    return findings.add(check, Grade::ok, refused(reaction));
  bool const answered = reaction.kind == Kind::result;
  findings.add(check, Grade::advice, answered ? "answered with a result" : refused(reaction),
               "answer error -32601: it is how clients find out what a server can do");
}

void judge_tool(Reaction const& reaction, Findings& findings) {
  constexpr std::string_view check = "unknown-tool";
  if (fell(check, reaction, findings)) return;
  if (reaction.kind != Kind::result) return findings.add(check, Grade::ok, refused(reaction));
  if (is_tool_error(reaction.json))
    return findings.add(check, Grade::ok, "answered as a tool that failed");
  findings.add(check, Grade::problem, "answered as if it existed",
               "answer error -32602: a model that misremembers a name has to hear of it");
}

void judge_arguments(std::string const& tool, Reaction const& reaction, Findings& findings) {
  constexpr std::string_view check = "wrong-arguments";
  if (fell(check, reaction, findings)) return;
  if (reaction.kind != Kind::result)
    return findings.add(check, Grade::ok, tool + " without its arguments: " + refused(reaction));
  if (is_tool_error(reaction.json))
    return findings.add(check, Grade::ok,
                        tool + " without its arguments: answered as a tool that failed");
  findings.add(check, Grade::advice, tool + " runs without the arguments that it requires",
               "hold arguments to the schema before the tool runs, and say what is wrong");
}

void judge_line(Subject& subject, Reaction const& reaction, Findings& findings) {
  constexpr std::string_view check = "malformed-line";
  if (fell(check, reaction, findings)) return;
  bool const told = subject.traffic().answered_the_unreadable;
  findings.add(check, Grade::ok,
               told ? "refused with an error, and life goes on" : "passed over, and life goes on");
}

/// False: it cannot be opened any more; `findings` says so.
Task<bool> open(Subject& subject, std::string_view check, Findings& findings) {
  std::optional<Trouble> trouble = co_await subject.ready();
  if (trouble)
    findings.add(
        check, Grade::problem,
        "not tested: the server does not start again: " + first_line(trouble->text, longest_quote),
        "make it start as often as it is asked to");
  co_return !trouble;
}

Task<void> examine_method(Subject& subject, Findings& findings) {
  bool const open = co_await client::open(subject, "unknown-method", findings);
  if (!open) co_return;
  upstream::Request request;
  request.method = no_method;
  Reaction reaction = co_await subject.react(std::move(request));
  judge_method(reaction, findings);
}

Task<void> examine_tool(Subject& subject, Findings& findings) {
  bool const open = co_await client::open(subject, "unknown-tool", findings);
  if (!open) co_return;
  Reaction reaction = co_await subject.react(call_of(no_tool));
  judge_tool(reaction, findings);
}

Task<void> examine_arguments(Subject& subject, Lists const& lists, Findings& findings) {
  auto const& tools = lists.of(ListKind::tools);
  auto const tool = std::ranges::find_if(tools, [](std::string const& each) {
    return is_read_only(each) && required_arguments(each) > 0;
  });
  if (tool == tools.end()) {
    findings.add("wrong-arguments", Grade::untested,
                 "no tool with required arguments says readOnlyHint");
    co_return;
  }
  bool const open = co_await client::open(subject, "wrong-arguments", findings);
  if (!open) co_return;
  auto const name = text_member(*tool, "name");
  Reaction reaction = co_await subject.react(call_of(name));
  judge_arguments(first_line(name, longest_quote), reaction, findings);
}

Task<void> examine_line(Subject& subject, Findings& findings) {
  bool const open = co_await client::open(subject, "malformed-line", findings);
  if (!open) co_return;
  Reaction reaction = co_await subject.survive(std::string(half_a_message));
  judge_line(subject, reaction, findings);
}

}  // namespace

Task<void> examine_bad_input(Subject& subject, Lists const& lists, Findings& findings) {
  co_await examine_method(subject, findings);
  if (!lists.of(ListKind::tools).empty()) {
    co_await examine_tool(subject, findings);
    co_await examine_arguments(subject, lists, findings);
  }
  co_await examine_line(subject, findings);
}

}  // namespace rampart::client
