// Takes back the slowest call that may be made without harm.
#include <algorithm>

#include "client/doctor/behaviour.hpp"
#include "client/doctor/catalogue.hpp"
#include "client/text.hpp"
#include "json/write.hpp"

namespace rampart::client {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t max_tools_tried = 8;
constexpr milliseconds long_enough{1'000};  ///< no slower one is looked for
constexpr milliseconds too_quick{500};      ///< may have ended before the cancellation comes
constexpr milliseconds margin{500};         ///< on top of what the tool takes undisturbed

struct Slowest {
  std::string name;
  milliseconds took{0};
  bool cut_off = false;  ///< it took longer than our patience, and was cancelled
  std::int64_t id = 0;
};

upstream::Request call_of(std::string const& tool) {
  upstream::Request request;
  request.method = "tools/call";
  request.name = tool;
  request.params = R"("name":)" + json::quoted(tool) + R"(,"arguments":{})";
  return request;
}

Task<Slowest> find_slowest(Subject& subject, std::vector<std::string> names) {
  Slowest out;
  for (auto const& name : names) {
    std::optional<Trouble> trouble = co_await subject.ready();
    if (trouble) co_return out;
    Reaction reaction = co_await subject.react(call_of(name));
    if (reaction.kind == Reaction::Kind::death || reaction.took < out.took) continue;
    out.name = name;
    out.took = reaction.took;
    out.id = reaction.id;
    out.cut_off = reaction.kind == Reaction::Kind::silence;
    if (out.cut_off || out.took >= long_enough) break;
  }
  co_return out;
}

std::string in_seconds(milliseconds time) {
  if (time < milliseconds(1'000)) return std::to_string(time.count()) + " ms";
  std::string out;
  json::append_double(out, static_cast<double>(time.count() / 100) / 10);
  return out + " s";
}

void untested(Findings& findings, std::string why, std::string_view advice = {}) {
  findings.add("cancellation", advice.empty() ? Grade::untested : Grade::advice,
               (advice.empty() ? "" : "not tested: ") + why, advice);
}

std::vector<std::string> harmless_tools(Lists const& lists) {
  std::vector<std::string> names;
  for (auto const& tool : lists.of(ListKind::tools))
    if (is_read_only(tool) && required_arguments(tool) == 0 && names.size() < max_tools_tried)
      names.push_back(text_member(tool, "name"));
  return names;
}

}  // namespace

Task<void> examine_cancellation(Subject& subject, Lists const& lists, Findings& findings) {
  auto const& tools = lists.of(ListKind::tools);
  if (tools.empty()) co_return untested(findings, "there are no tools");
  if (!subject.is_command())
    co_return untested(findings,
                       "over HTTP a cancelled call's stream is closed, and nobody sees "
                       "what the server does");
  if (std::ranges::none_of(tools, [](std::string const& tool) { return is_read_only(tool); }))
    co_return untested(findings, "no tool says that it is read-only, so none was run",
                       "set readOnlyHint where it is true: clients ask the user less often");
  auto names = harmless_tools(lists);
  if (names.empty()) co_return untested(findings, "every read-only tool needs arguments");
  Slowest slowest = co_await find_slowest(subject, std::move(names));
  if (slowest.took < too_quick) co_return untested(findings, "no read-only tool takes long enough");
  auto wait = 2 * slowest.took + margin;
  if (!slowest.cut_off) {
    std::optional<Trouble> trouble = co_await subject.ready();
    if (trouble) co_return untested(findings, "the server does not start again");
    slowest.id = subject.withdraw(call_of(slowest.name)).id;
  }
  bool const answered = co_await subject.answered(slowest.id, subject.loop().now() + wait);
  auto const tool = first_line(slowest.name, longest_quote);
  if (subject.session().connection().closed())
    co_return findings.add("cancellation", Grade::problem,
                           tool + " was cancelled, and the server ended",
                           "let the cancelled call end alone");
  if (answered)
    co_return findings.add("cancellation", Grade::advice, tool + " went on and answered",
                           "stop the work and keep the answer back when a call is cancelled");
  findings.add("cancellation", Grade::ok,
               tool + " was cancelled, and did not answer within " + in_seconds(wait));
}

}  // namespace rampart::client
