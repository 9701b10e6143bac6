// prompts/get and completion/complete.
#include "base/log_text.hpp"
#include "json/document.hpp"
#include "json/write.hpp"
#include "protocol/content_render.hpp"
#include "server/methods.hpp"

namespace rampart::server::methods {
namespace {

constexpr std::size_t max_completions = 100;  // completion/complete: values

Rendered render(Call const& call, PromptSpec const& spec, Messages const& messages) {
  Rendered out;
  if (!spec.description.empty())
    out.members = R"("description":)" + json::quoted(spec.description) + ",";
  out.members += R"("messages":[)";
  for (auto const& message : messages) {
    if (out.members.back() != '[') out.members += ',';
    protocol::append_prompt_message(out.members, message, protocol::features_of(call.version));
  }
  out.members += ']';
  return out;
}

Result<void> check_arguments(PromptSpec const& spec, Node arguments) {
  for (auto const& argument : spec.arguments) {
    auto const value = arguments.find(argument.name);
    if (!value && argument.required)
      return fail(Errc::invalid_params, "params.arguments." + argument.name + " is missing");
    if (value && !value->is_string())
      return fail(Errc::invalid_params, "params.arguments." + argument.name + " must be a string");
  }
  return {};
}

}  // namespace

void get_prompt(Call& call, Params const& params) {
  auto const name = params.text("name");
  if (!name) return call.refuse(name.error());
  call.name = base::clip(*name, max_shown_name);  // for the audit, should there be no such prompt
  audit_arguments(call, params.find("arguments"));
  auto const prompt = call.dispatcher.services.registry.catalog()->prompts.find(*name);
  if (!prompt) return call.refuse(Error(Errc::not_found, "unknown prompt"));
  call.name = prompt->spec.name;
  auto const given = params.find("arguments");
  if (given && !given->is_object())
    return call.refuse(Error(Errc::invalid_params, "params.arguments must be an object"));
  std::optional<json::Document> empty;
  if (!given) {
    auto parsed = json::Document::parse_copy("{}");
    empty.emplace(std::move(*parsed));
  }
  Node const arguments = given ? *given : empty->root();
  if (auto ok = check_arguments(prompt->spec, arguments); !ok) return call.refuse(ok.error());
  if (auto ok = prepare_asking(call, params, arguments); !ok) return call.refuse(ok.error());
  if (prompt->foreign) {
    auto spliced = params.spliced("arguments");
    if (!spliced) return call.refuse(spliced.error());
    Work foreign;
    foreign.limit = prompt->foreign->limit();
    foreign.task = [prompt, text = std::move(*spliced)](Context context) {
      return prompt->foreign->run(std::move(context), text);
    };
    return call.run(std::move(foreign));
  }
  auto bound = prompt->spec.handler.bind(arguments);
  if (!bound) return call.refuse(bound.error());
  Call const* const self = &call;  // lives as long as its work
  auto finish = [self, prompt](Result<Messages> messages) -> Result<Rendered> {
    if (!messages) return Failure(std::move(messages.error()));
    return render(*self, prompt->spec, *messages);
  };
  Work work;
  if (bound->task)
    work.task = [task = std::move(bound->task), finish](Context context) -> Task<Result<Rendered>> {
      auto messages = co_await task(context);
      co_return finish(std::move(messages));
    };
  else
    work.plain = [plain = std::move(bound->plain), finish](Context& context) {
      return finish(plain(context));
    };
  call.run(std::move(work));
}

namespace {

struct Wanted {
  bool of_prompt = true;
  std::string owner, argument, typed;
  std::map<std::string, std::string> others;
};

Result<std::string> string_member(std::optional<Node> object, std::string_view where,
                                  std::string_view key) {
  auto const value = object ? object->find(key) : std::nullopt;
  auto const text = value ? value->as_string() : std::nullopt;
  if (!text)
    return fail(Errc::invalid_params,
                std::string(where) + "." + std::string(key) + " must be a string");
  return std::string(*text);
}

Result<Wanted> read_wanted(Params const& params) {
  Wanted out;
  auto const ref = params.find("ref");
  auto type = string_member(ref, "params.ref", "type");
  if (!type) return Failure(type.error());
  out.of_prompt = *type == "ref/prompt";
  if (!out.of_prompt && *type != "ref/resource")
    return fail(Errc::invalid_params, "params.ref.type must be ref/prompt or ref/resource");
  auto owner = string_member(ref, "params.ref", out.of_prompt ? "name" : "uri");
  if (!owner) return Failure(owner.error());
  out.owner = std::move(*owner);
  auto const argument = params.find("argument");
  auto name = string_member(argument, "params.argument", "name");
  if (!name) return Failure(name.error());
  auto value = string_member(argument, "params.argument", "value");
  if (!value) return Failure(value.error());
  out.argument = std::move(*name);
  out.typed = std::move(*value);
  auto const context = params.find("context");
  auto const others = context ? context->find("arguments") : std::nullopt;
  if (others)
    for (auto const& [key, other] : others->members())
      if (auto const text = other.as_string()) out.others.emplace(key, *text);
  return out;
}

Rendered render_completion(std::vector<std::string> const& values) {
  Rendered out;
  out.members = R"("completion":{"values":[)";
  for (std::size_t i = 0; i < values.size() && i < max_completions; ++i) {
    if (i > 0) out.members += ',';
    json::append_string(out.members, values[i]);
  }
  out.members += R"(],"total":)" + std::to_string(values.size()) + R"(,"hasMore":)";
  json::append_bool(out.members, values.size() > max_completions);
  out.members += '}';
  return out;
}

/// Who completes arguments of an entry that is not ours.
std::shared_ptr<Foreign> foreign_of(Catalog const& catalog, Wanted const& wanted) {
  std::shared_ptr<Foreign> out;
  if (wanted.of_prompt) {
    if (auto const prompt = catalog.prompts.find(wanted.owner)) out = prompt->foreign;
  } else if (auto const resource = catalog.templates.find(wanted.owner)) {
    out = resource->foreign;
  }
  return out && out->completes() ? out : nullptr;
}

void complete_elsewhere(Call& call, std::shared_ptr<Foreign> const& foreign, Params const& params) {
  std::string members;
  for (auto const key : {"argument", "context"}) {
    auto member = params.spliced(key);
    if (!member) return call.refuse(member.error());
    if (member->empty()) continue;
    if (!members.empty()) members += ',';
    (members += json::quoted(key)) += ':';
    members += *member;
  }
  Work work;
  work.limit = foreign->limit();
  work.task = [foreign, members = std::move(members)](Context context) {
    return foreign->complete(std::move(context), members);
  };
  call.run(std::move(work));
}

}  // namespace

void complete(Call& call, Params const& params) {
  auto wanted = read_wanted(params);
  if (!wanted) return call.refuse(wanted.error());
  auto const catalog = call.dispatcher.services.registry.catalog();
  bool const known = wanted->of_prompt ? catalog->prompts.find(wanted->owner) != nullptr
                                       : catalog->templates.find(wanted->owner) ||
                                             catalog->resources.find(wanted->owner);
  if (auto const foreign = foreign_of(*catalog, *wanted))
    return complete_elsewhere(call, foreign, params);
  if (!known)
    return call.refuse(Error(Errc::invalid_params, "params.ref names nothing this server has"));
  for (auto const& entry : catalog->completions) {
    if (entry->of_prompt != wanted->of_prompt || entry->owner != wanted->owner ||
        entry->argument != wanted->argument)
      continue;
    Work work;
    work.plain = [entry, asked = std::move(*wanted)](Context&) -> Result<Rendered> {
      return render_completion(entry->complete(asked.typed, asked.others));
    };
    return call.run(std::move(work));
  }
  call.succeed(render_completion({}));
}

}  // namespace rampart::server::methods
