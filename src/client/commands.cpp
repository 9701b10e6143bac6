#include "client/commands.hpp"

#include "client/show.hpp"
#include "client/text.hpp"
#include "config/nearest.hpp"
#include "json/document.hpp"
#include "json/write.hpp"
#include "protocol/mirror_headers.hpp"

namespace rampart::client {
namespace {

Status complain(Console const& console, Trouble const& trouble) {
  if (console.json && !trouble.error.empty()) console.out(R"({"error":)" + trouble.error + "}\n");
  console.note(console.err_style.red("rampart: ") + trouble.text);
  return trouble.status;
}

/// The descriptor of a tool or prompt. Errors: usage, with what it may have meant.
struct Found {
  std::string descriptor;
  std::optional<Trouble> trouble = {};
};

Task<Found> find(Session& session, ListKind kind, std::string name) {
  Found out;
  std::vector<std::string> entries;
  out.trouble = co_await read_list(session, kind, entries);
  if (out.trouble) co_return out;
  std::vector<std::string> names;
  for (auto& entry : entries) {
    names.push_back(text_member(entry, row(kind).identity));
    if (names.back() != name) continue;
    out.descriptor = std::move(entry);
    co_return out;
  }
  auto const what = kind == ListKind::tools ? "tool" : "prompt";
  out.trouble =
      Trouble{Status::usage, "the server has no " + std::string(what) + " \"" + visible(name) +
                                 "\"" + visible(config::suggestion(name, names))};
  co_return out;
}

/// Params of tools/call, typed by the descriptor.
Result<upstream::Request> call_request(Command const& command, std::string const& descriptor) {
  auto const document = json::Document::parse_copy(descriptor);
  auto const schema = document ? document->root().find("inputSchema") : std::nullopt;
  auto arguments = tool_arguments(command.words, schema);
  if (!arguments) return Failure(arguments.error());
  upstream::Request request;
  request.method = "tools/call";
  request.name = command.name;
  request.params = R"("name":)" + json::quoted(command.name) + R"(,"arguments":)" + *arguments;
  auto const mirrored =
      schema ? protocol::mirrored_params(*schema) : Result<std::vector<protocol::MirroredParam>>();
  auto const values = json::Document::parse_copy(*arguments);
  if (mirrored && values)
    request.param_headers = protocol::mirror_headers(*mirrored, values->root());
  return request;
}

Trouble usage(Error const& error, std::string const& descriptor, ListKind kind) {
  return {Status::usage, visible(error.message) + "\nusage: " + synopsis(descriptor, kind)};
}

Task<Status> call(Session& session, Command command, Console const& console) {
  Found found = co_await find(session, ListKind::tools, command.name);
  if (found.trouble) co_return complain(console, *found.trouble);
  auto request = call_request(command, found.descriptor);
  if (!request)
    co_return complain(console, usage(request.error(), found.descriptor, ListKind::tools));
  Outcome outcome = co_await session.request(std::move(*request), true);
  if (!outcome.result) co_return complain(console, outcome.trouble);
  console.out(console.json ? *outcome.result + "\n" : readable_tool_result(*outcome.result));
  if (!is_tool_error(*outcome.result)) co_return Status::ok;
  console.note(console.err_style.red("rampart: ") + "the tool says that it failed");
  co_return Status::tool_failed;
}

Task<Status> prompt(Session& session, Command command, Console const& console) {
  Found found = co_await find(session, ListKind::prompts, command.name);
  if (found.trouble) co_return complain(console, *found.trouble);
  auto const arguments = prompt_arguments(command.words);
  if (!arguments)
    co_return complain(console, usage(arguments.error(), found.descriptor, ListKind::prompts));
  upstream::Request request;
  request.method = "prompts/get";
  request.name = command.name;
  request.params = R"("name":)" + json::quoted(command.name);
  if (*arguments != "{}") request.params += R"(,"arguments":)" + *arguments;
  Outcome outcome = co_await session.request(std::move(request), true);
  if (!outcome.result) co_return complain(console, outcome.trouble);
  console.out(console.json ? *outcome.result + "\n"
                           : readable_prompt(*outcome.result, console.out_style));
  co_return Status::ok;
}

Task<Status> read(Session& session, Command command, Console const& console) {
  upstream::Request request;
  request.method = "resources/read";
  request.name = command.name;
  request.params = R"("uri":)" + json::quoted(command.name);
  Outcome outcome = co_await session.request(std::move(request), true);
  if (!outcome.result) co_return complain(console, outcome.trouble);
  console.out(console.json ? *outcome.result + "\n" : readable_resource(*outcome.result));
  co_return Status::ok;
}

std::string joined(std::vector<std::string> const& entries) {
  std::string out = "[";
  for (auto const& entry : entries) out.append(out.size() > 1 ? "," : "").append(entry);
  return out += ']';
}

Task<Status> list(Session& session, Command command, Console const& console) {
  if (command.lists.empty()) command.lists.assign(all_lists.begin(), all_lists.end());
  std::string json = "{";
  auto readable = readable_greeting(session.greeting(), console.out_style);
  for (auto const kind : command.lists) {
    std::vector<std::string> entries;
    std::optional<Trouble> trouble = co_await read_list(session, kind, entries);
    if (trouble) co_return complain(console, *trouble);
    json += (json.size() > 1 ? "," : "") + json::quoted(row(kind).member) + ":" + joined(entries);
    readable += readable_list(entries, kind, console);
  }
  console.out(console.json ? json + "}\n" : readable);
  co_return Status::ok;
}

}  // namespace

Task<Status> run(Session& session, Command command, Console const& console) {
  std::optional<Trouble> trouble = co_await session.open();
  if (trouble) co_return complain(console, *trouble);
  Status status = Status::ok;
  switch (command.verb) {
    case Command::Verb::call:
      status = co_await call(session, std::move(command), console);
      break;
    case Command::Verb::list:
      status = co_await list(session, std::move(command), console);
      break;
    case Command::Verb::read:
      status = co_await read(session, std::move(command), console);
      break;
    case Command::Verb::prompt:
      status = co_await prompt(session, std::move(command), console);
      break;
  }
  co_await session.close();
  co_return status;
}

}  // namespace rampart::client
