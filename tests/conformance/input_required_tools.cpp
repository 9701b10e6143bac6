// Asking the client, as the scenarios of 2026-07-28 name it: a call is answered with questions, and
// sent again with the answers and the sealed state.
#include <string>

#include "fixture.hpp"

namespace conformance {
namespace {

using rampart::Context;
using rampart::fail;
using rampart::Result;

struct Name {
  std::string name;
  static constexpr auto fields = rampart::fields(rampart::required<&Name::name>("Your name"));
};
struct Color {
  std::string color;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Color::color>("Your favourite colour"));
};
struct Confirmation {
  bool ok = false;
  static constexpr auto fields = rampart::fields(rampart::required<&Confirmation::ok>("Go on?"));
};

Result<std::string> greet_by_name(Context& context) {
  auto name = context.elicit<Name>("user_name", "What is your name?");
  if (!name) return fail(name.error());
  return "Hello, " + name->name + "!";
}

Result<std::string> ask_the_model(Context& context) {
  auto reply = context.sample("capital_question",
                              rampart::SampleRequest("What is the capital of France?", 100));
  if (!reply) return fail(reply.error());
  return "The model says: " + reply->text;
}

std::string listed(std::vector<rampart::Root> const& roots) {
  std::string out;
  for (auto const& root : roots) out += (out.empty() ? "" : ", ") + root.uri;
  return out;
}

Result<std::string> list_roots(Context& context) {
  auto roots = context.roots("client_roots");
  if (!roots) return fail(roots.error());
  return "The client's roots: " + listed(*roots);
}

Result<std::string> confirm(Context& context) {
  auto answer = context.elicit<Confirmation>("confirm", "Please confirm.");
  if (!answer) return fail(answer.error());
  return answer->ok ? "state-ok: confirmed" : "state-ok: not confirmed";
}

Result<std::string> three_questions(Context& context) {
  auto name = context.elicit<Name>("user_name", "What is your name?");
  auto greeting = context.sample("greeting", rampart::SampleRequest("Generate a greeting", 50));
  auto roots = context.roots("client_roots");
  if (!name) return fail(name.error());
  if (!greeting) return fail(greeting.error());
  if (!roots) return fail(roots.error());
  return greeting->text + " " + name->name + ", you work in " + listed(*roots);
}

Result<std::string> two_rounds(Context& context) {
  auto name = context.elicit<Name>("step1", "Step 1: What is your name?");
  if (!name) return fail(name.error());
  auto color = context.elicit<Color>("step2", "Step 2: What is your favorite color?");
  if (!color) return fail(color.error());
  return name->name + " likes " + color->color + ".";
}

/// Asks only what the client can answer.
Result<std::string> ask_what_is_possible(Context& context) {
  std::string answers;
  rampart::Error missing;
  auto take = [&](auto const& reply, auto const& text_of) {
    if (reply)
      answers += text_of(*reply) + "; ";
    else
      missing = reply.error();
  };
  if (context.client().elicitation_form)
    take(context.elicit<Name>("user_name", "What is your name?"),
         [](Name const& n) { return n.name; });
  if (context.client().sampling)
    take(context.sample("greeting", rampart::SampleRequest("Generate a greeting", 50)),
         [](rampart::SampleReply const& r) { return r.text; });
  if (context.client().roots) take(context.roots("client_roots"), listed);
  if (missing.code == rampart::Errc::needs_input) return fail(missing);
  return "Answers: " + answers;
}

Result<std::string> needs_a_model(Context& context) {
  auto reply = context.sample("question", rampart::SampleRequest("Say hello.", 10));
  if (!reply) return fail(reply.error());
  return reply->text;
}

}  // namespace

void add_input_required_tools(rampart::Server& server) {
  server.tool("test_missing_capability", "Needs a client that lets servers ask its model.",
              needs_a_model);
  server.tool("test_streaming_elicitation", "Asks the user within the answer, never by a request.",
              greet_by_name);
  server.tool("test_input_required_result_elicitation", "Asks for a name.", greet_by_name);
  server.tool("test_input_required_result_sampling", "Asks the client's model.", ask_the_model);
  server.tool("test_input_required_result_list_roots", "Asks for the client's roots.", list_roots);
  server.tool("test_input_required_result_request_state", "Goes on only with its own state.",
              confirm);
  server.tool("test_input_required_result_multiple_inputs", "Asks three things at once.",
              three_questions);
  server.tool("test_input_required_result_multi_round", "Asks two things, one after the other.",
              two_rounds);
  server.tool("test_input_required_result_tampered_state", "Refuses a state it did not give.",
              confirm);
  server.tool("test_input_required_result_capabilities", "Asks only what the client declared.",
              ask_what_is_possible);
}

}  // namespace conformance
