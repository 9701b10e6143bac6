// Asking the client, as the scenarios of 2025-11-25 and older name it. There the client is asked by
// requests on the call's stream; on 2026-07-28 the same tools answer with the questions. Neither
// shows in the code.
#include <cstdint>
#include <string>

#include "fixture.hpp"

namespace conformance {
namespace {

using rampart::Context;
using rampart::ElicitReply;
using rampart::fail;
using rampart::Json;
using rampart::Result;

struct Prompt {
  std::string prompt;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Prompt::prompt>("What to ask the client's model"));
};

Result<std::string> sampling(Prompt const& args, Context& context) {
  auto reply = context.sample("reply", rampart::SampleRequest(args.prompt, 100));
  if (!reply) return fail(reply.error());
  return "LLM response: " + reply->text;
}

struct Message {
  std::string message;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Message::message>("What to ask the user"));
};

struct Account {
  std::string username;
  std::string email;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Account::username>("Your user name"),
                      rampart::required<&Account::email>("Your e-mail address"));
};

std::string shown(ElicitReply const& reply) {
  return "action=" + reply.action + ", content=" + reply.content.text();
}

Result<std::string> elicitation(Message const& args, Context& context) {
  auto reply =
      context.ask_form("account", args.message, Json::trusted(rampart::form_schema_of<Account>()));
  if (!reply) return fail(reply.error());
  return "User response: " + shown(*reply);
}

enum class Status : std::uint8_t { active, inactive, pending };
struct Profile {
  std::string name = "John Doe";
  int age = 30;
  double score = 95.5;
  Status status = Status::active;
  bool verified = true;
  static constexpr auto fields = rampart::fields(
      rampart::optional<&Profile::name>("User name"), rampart::optional<&Profile::age>("User age"),
      rampart::optional<&Profile::score>("User score"),
      rampart::optional<&Profile::status>("Account status"),
      rampart::optional<&Profile::verified>("Verification status"));
};

Result<std::string> elicitation_with_defaults(Context& context) {
  auto reply = context.ask_form("profile", "Please review your profile.",
                                Json::trusted(rampart::form_schema_of<Profile>()));
  if (!reply) return fail(reply.error());
  return "Elicitation completed: " + shown(*reply);
}

// All forms of a choice, one of them deprecated: more than a described struct gives.
constexpr char choices[] = R"({
  "type": "object",
  "properties": {
    "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
    "titledSingle": {"type": "string", "oneOf": [
      {"const": "value1", "title": "First Option"},
      {"const": "value2", "title": "Second Option"},
      {"const": "value3", "title": "Third Option"}]},
    "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
                   "enumNames": ["Option One", "Option Two", "Option Three"]},
    "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
    "titledMulti": {"type": "array", "items": {"anyOf": [
      {"const": "value1", "title": "First Choice"},
      {"const": "value2", "title": "Second Choice"},
      {"const": "value3", "title": "Third Choice"}]}}
  }
})";

Result<std::string> elicitation_with_enums(Context& context) {
  auto reply = context.ask_form("choices", "Please choose.", Json::parse(choices).value());
  if (!reply) return fail(reply.error());
  return "Elicitation completed: " + shown(*reply);
}

}  // namespace

void add_legacy_tools(rampart::Server& server) {
  server.tool("test_sampling", "Asks the client's model.", sampling);
  server.tool("test_elicitation", "Asks the user for an account.", elicitation);
  server.tool("test_elicitation_sep1034_defaults", "Asks with a form whose fields have defaults.",
              elicitation_with_defaults);
  server.tool("test_elicitation_sep1330_enums", "Asks with a form that has every kind of choice.",
              elicitation_with_enums);
}

}  // namespace conformance
