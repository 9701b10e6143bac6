#include "client/questions.hpp"

#include <fmt/format.h>

#include "client/text.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"
#include "protocol/error_codes.hpp"
#include "upstream/message_render.hpp"

namespace rampart::client {
namespace {

constexpr std::size_t longest_message = 2000;  // of a question (bytes)

Reply action(std::string_view name) {
  return {std::string(R"({"action":")").append(name).append("\"}"), false};
}

std::string member(json::Slices const& members, std::string_view name) {
  return json::string_of(members.find(name).value_or("")).value_or("");
}

/// Lines of a message below each other.
std::string indented(std::string_view text) {
  auto out = visible(text.substr(0, longest_message));
  for (std::size_t at = 0; (at = out.find('\n', at)) != std::string::npos; at += 3)
    out.insert(at + 1, "  ");
  return out;
}

}  // namespace

std::string file_uri(std::string_view path) {
  std::string out = "file://";
  for (unsigned char const c : path) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-._~").find(static_cast<char>(c)) != std::string::npos;
    if (plain)
      out += static_cast<char>(c);
    else
      out += fmt::format("%{:02X}", c);
  }
  return out;
}

Questions::Questions(Console const& console, LineInput* input, std::vector<std::string> roots)
    : console_(console), input_(input), roots_(std::move(roots)) {}

ClientCapabilities Questions::capabilities() const {
  ClientCapabilities out;
  out.elicitation_form = out.elicitation_url = true;
  out.roots = !roots_.empty();
  return out;
}

Task<Reply> Questions::answer(std::string method, std::string params) {
  if (method == "elicitation/create") co_return co_await elicitation(std::move(params));
  if (method == "roots/list" && !roots_.empty()) co_return roots();
  console_.note("rampart: the server asked for " + first_line(method, longest_message) +
                ", which this command does not do; refused");
  Reply refused{
      upstream::render_error(protocol::code::method_not_found, "this client does not do " + method),
      true};
  co_return refused;
}

Reply Questions::roots() const {
  std::string out = R"({"roots":[)";
  for (auto const& path : roots_) {
    if (out.back() == '}') out += ',';
    json::append_string(out += R"({"uri":)", file_uri(path));
    auto const name = path.substr(path.find_last_of('/') + 1);
    json::append_string(out += R"(,"name":)", name.empty() ? path : name);
    out += '}';
  }
  return {out + "]}", false};
}

Task<Reply> Questions::elicitation(std::string params) {
  auto const members = json::slice_valid_object(params);
  auto const message = members ? member(*members, "message") : std::string();
  bool const by_url = members && member(*members, "mode") == "url";
  console_.note(console_.err_style.bold("The server asks: ") + indented(message));
  if (!input_) {
    console_.note("rampart: answered \"cancel\", because standard input is no terminal");
    co_return action("cancel");
  }
  if (by_url) {
    console_.note("  Open this page if you trust it: " + visible(member(*members, "url")));
    co_return co_await consent("  Done? [y/N, ctrl-D declines]: ");
  }
  auto fields = read_form(members ? members->find("requestedSchema").value_or("") : "");
  if (!fields) {
    console_.note("rampart: " + fields.error().message + "; answered \"cancel\"");
    co_return action("cancel");
  }
  if (fields->empty()) co_return co_await consent("  Agree? [y/N, ctrl-D declines]: ");
  console_.note(
      console_.err_style.dim("  (ctrl-D, or nothing where something is needed, declines)"));
  co_return co_await form(std::move(*fields));
}

Task<Reply> Questions::consent(std::string prompt) {
  console_.err(prompt);
  std::optional<std::string> line = co_await input_->next();
  if (!line) console_.note("");
  bool const yes = line && (line->starts_with('y') || line->starts_with('Y'));
  co_return action(yes ? "accept" : "decline");
}

Task<Reply> Questions::form(std::vector<Field> fields) {
  std::string content = "{";
  for (auto const& each : fields) {
    bool declined = false;
    std::optional<std::string> value = co_await field(each, &declined);
    if (declined) {
      console_.note("rampart: declined");
      co_return action("decline");
    }
    if (!value) continue;
    if (content.size() > 1) content += ',';
    json::append_string(content, each.name);
    (content += ':') += *value;
  }
  Reply accepted{R"({"action":"accept","content":)" + content + "}}", false};
  co_return accepted;
}

/// nullopt: left out, or declined.
Task<std::optional<std::string>> Questions::field(Field field, bool* declined) {
  for (;;) {
    console_.err(question(field));
    std::optional<std::string> line = co_await input_->next();
    if (!line) {
      console_.note("");
      *declined = true;
      co_return std::nullopt;
    }
    if (line->empty()) {
      *declined = field.required && !field.preset;
      co_return field.preset;
    }
    auto value = read_typed(field, *line);
    if (value) co_return *value;
    console_.note("  " + console_.err_style.yellow(value.error().message));
  }
}

}  // namespace rampart::client
