// What a test reads of an answer, and what it answers to questions.
#include "json/document.hpp"
#include "json/write.hpp"
#include "rampart/testing.hpp"

namespace rampart::testing {
namespace {

std::string string_at(std::optional<Node> object, std::string_view key) {
  auto const member = object ? object->find(key) : std::nullopt;
  auto const text = member ? member->as_string() : std::nullopt;
  return text ? std::string(*text) : std::string();
}

void append_line(std::string& out, Node block) {
  auto const member = block.find("text");
  auto const text = member ? member->as_string() : std::nullopt;
  if (!text) return;
  if (!out.empty()) out += '\n';
  out += *text;
}

std::string text_of(Node result) {
  std::string out;
  for (std::string_view list : {"content", "contents"})
    if (auto const blocks = result.find(list))
      for (Node block : blocks->items()) append_line(out, block);
  if (auto const messages = result.find("messages"))
    for (Node message : messages->items())
      if (auto const content = message.find("content")) append_line(out, *content);
  return out;
}

std::vector<Question> questions_of(Node result) {
  std::vector<Question> out;
  auto const requests = result.find("inputRequests");
  if (!requests) return out;
  for (auto const& [key, request] : requests->members()) {
    auto const params = request.find("params");
    out.push_back(
        Question{string_at(request, "method"), Json::trusted(params ? params->text() : "{}")});
  }
  return out;
}

Json action(std::string_view name) {
  return Json::trusted(R"({"action":")" + std::string(name) + "\"}");
}

}  // namespace

Reply::Reply(std::string response) : response_(std::move(response)) {
  auto const document = json::Document::parse_copy(response_);
  if (!document) return;
  if (auto const error = document->root().find("error")) {
    auto const code = error->find("code");
    code_ = static_cast<int>(code ? code->as_int64().value_or(-1) : -1);
    message_ = string_at(error, "message");
    body_ = Json::trusted(error->text());
  } else if (auto const result = document->root().find("result")) {
    auto const failed = result->find("isError");
    is_error_ = failed && failed->as_bool().value_or(false);
    text_ = text_of(*result);
    questions_ = questions_of(*result);
    body_ = Json::trusted(result->text());
  }
}

// Before 2025-06-18 structured content travels as text only, and before 2026-07-28 what is no
// object as
// {"result": value}.
void Reply::visit_structured(bool maybe_wrapped, std::function<void(Node)> const& use) const {
  auto const document = json::Document::parse_copy(body_.text());
  if (!document || !has_result()) return;
  if (auto const given = document->root().find("structuredContent")) {
    auto const wrapped = maybe_wrapped && given->size() == 1 ? given->find("result") : std::nullopt;
    return use(wrapped ? *wrapped : *given);
  }
  if (auto const text = json::Document::parse_copy(text_)) use(text->root());
}

std::string Question::message() const {
  auto const document = json::Document::parse_copy(params.text());
  if (!document) return {};
  if (auto const messages = document->root().find("messages")) {
    for (Node first : messages->items()) return string_at(first.find("content"), "text");
  }
  return string_at(document->root(), "message");
}

Json accept(Json content) {
  return Json::trusted(R"({"action":"accept","content":)" + std::move(content).text() + "}");
}
Json accept() { return action("accept"); }
Json decline() { return action("decline"); }
Json dismiss() { return action("cancel"); }

Json sampled(std::string_view text, std::string_view model) {
  return Json::trusted(R"({"role":"assistant","content":{"type":"text","text":)" +
                       json::quoted(text) + R"(},"model":)" + json::quoted(model) +
                       R"(,"stopReason":"endTurn"})");
}

Json roots(std::vector<std::string> const& uris) {
  std::string out = R"({"roots":[)";
  for (auto const& uri : uris) {
    if (out.back() != '[') out += ',';
    out += R"({"uri":)" + json::quoted(uri) + "}";
  }
  return Json::trusted(out + "]}");
}

}  // namespace rampart::testing
