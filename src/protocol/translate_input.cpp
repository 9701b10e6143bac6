#include "protocol/translate_input.hpp"

#include "base/log_text.hpp"
#include "protocol/translate_members.hpp"

namespace rampart::protocol {
namespace {

constexpr std::string_view elicitation = "elicitation/create";
constexpr std::string_view sampling = "sampling/createMessage";
constexpr std::string_view roots = "roots/list";
// Of a client's own words in an error (bytes).
constexpr std::size_t longest_reason = 200;

Result<InputRequest> read_request(std::string_view key, std::string_view value) {
  auto const members = slice_upstream(value, "an input request");
  if (!members) return Failure(members.error());
  InputRequest out{std::string(key), text_member(*members, "method"), "{}"};
  if (!is_question(out.method)) return bad_upstream("it asks the client by an unknown method");
  auto const params = members->find("params");
  if (!params) return out;
  if (!is_object_text(*params)) return bad_upstream("an input request's params are no object");
  out.params = *params;
  return out;
}

Result<void> read_requests(std::string_view map, InputRequired& out) {
  auto const members = slice_upstream(map, "inputRequests");
  if (!members) return Failure(members.error());
  if (members->members().size() > max_input_requests)
    return bad_upstream("it asks more than " + std::to_string(max_input_requests) +
                        " questions at once");
  for (auto const& [key, value] : members->members()) {
    auto request = read_request(key, value);
    if (!request) return Failure(request.error());
    out.requests.push_back(std::move(*request));
  }
  return {};
}

Result<void> read_state(std::string_view value, InputRequired& out) {
  out.request_state = json::string_of(value);
  if (!out.request_state) return bad_upstream("its requestState is no string");
  if (out.request_state->size() > max_request_state_bytes)
    return bad_upstream("its requestState is longer than " +
                        std::to_string(max_request_state_bytes) + " bytes");
  return {};
}

Failure bad_answer(std::string_view what) {
  return fail(Errc::invalid_params, "the client's answer " + std::string(what));
}

}  // namespace

Result<std::optional<InputRequired>> read_input_required(std::string_view result) {
  using Found = Result<std::optional<InputRequired>>;
  auto const members = slice_upstream(result, "the result");
  if (!members) return Failure(members.error());
  if (text_member(*members, "resultType") != "input_required") return Found(std::nullopt);
  InputRequired out;
  auto const requests = members->find("inputRequests");
  auto const state = members->find("requestState");
  if (!requests && !state) return bad_upstream("it asks for input without a question or a state");
  if (requests)
    if (auto ok = read_requests(*requests, out); !ok) return Failure(ok.error());
  if (state)
    if (auto ok = read_state(*state, out); !ok) return Failure(ok.error());
  return Found(std::move(out));
}

bool is_question(std::string_view method) {
  return is_one_of(method, {elicitation, sampling, roots});
}

std::optional<std::string> lacking_capability(InputRequest const& request,
                                              ClientCapabilities const& capabilities) {
  auto const params = json::slice_valid_object(request.params);
  auto const has = [&](std::string_view key) { return params && params->find(key).has_value(); };
  if (request.method == elicitation) {
    if (params && text_member(*params, "mode") == "url")
      return capabilities.elicitation_url
                 ? std::nullopt
                 : std::optional<std::string>(R"({"elicitation":{"url":{}}})");
    return capabilities.elicitation_form ? std::nullopt
                                         : std::optional<std::string>(R"({"elicitation":{}})");
  }
  if (request.method == sampling) {
    if (!capabilities.sampling) return R"({"sampling":{}})";
    bool const tools = has("tools") || has("toolChoice");
    return !tools || capabilities.sampling_tools
               ? std::nullopt
               : std::optional<std::string>(R"({"sampling":{"tools":{}}})");
  }
  return capabilities.roots ? std::nullopt : std::optional<std::string>(R"({"roots":{}})");
}

std::string translate_question(std::string_view method, std::string_view params, Version client,
                               std::string_view elicitation_id) {
  auto const members = json::slice_valid_object(params);
  if (!members) return "{}";
  bool const by_url = method == elicitation && text_member(*members, "mode") == "url";
  MemberWriter out;
  for (auto const& [key, value] : members->members()) {
    if (is_one_of(key, {"_meta", "task", "elicitationId"})) continue;
    if (key == "mode" && !has_url_elicitation(client)) continue;
    out.raw(key, value);
  }
  if (by_url && !is_modern(client)) out.text("elicitationId", elicitation_id);
  return std::move(out).object();
}

Result<std::string> translate_answer(std::string_view method, std::string_view answer) {
  auto const members = is_object_text(answer)
                           ? json::slice_valid_object(answer)
                           : Result<json::Slices>(fail(Errc::invalid_params, ""));
  if (!members) return bad_answer("is no object");
  if (members->has_duplicate()) return bad_answer("has a member twice");
  if (method == elicitation &&
      !is_one_of(text_member(*members, "action"), {"accept", "decline", "cancel"}))
    return bad_answer("to an elicitation has no action accept, decline or cancel");
  if (method == sampling && !members->find("content"))
    return bad_answer("to a sampling request has no content");
  if (method == roots && !is_array_text(members->find("roots").value_or("")))
    return bad_answer("to roots/list has no list of roots");
  MemberWriter out;
  for (auto const& [key, value] : members->members())
    if (key != "resultType") out.raw(key, value);
  return std::move(out).object();
}

Result<std::string> answer_of_error(std::string_view method, std::string_view error) {
  if (method == elicitation) return std::string(R"({"action":"cancel"})");
  auto const members = json::slice_valid_object(error);
  auto const message = members ? text_member(*members, "message") : std::string();
  return fail(Errc::declined, "the client could not answer " + std::string(method) + ": " +
                                  std::string(base::clip(message, longest_reason)));
}

}  // namespace rampart::protocol
