#include "server/catalog.hpp"

#include <algorithm>
#include <array>

#include "json/document.hpp"
#include "protocol/translate_schema.hpp"
#include "server/describe.hpp"
#include "server/uri_template.hpp"

namespace rampart::server {
namespace {

constexpr std::size_t max_name_length = 128;

bool legal_name(std::string_view name) {
  return !name.empty() && name.size() <= max_name_length &&
         std::ranges::all_of(name, [](unsigned char c) {
           return std::isalnum(c) || c == '_' || c == '-' || c == '.';
         });
}

PerVersion shared(Described texts) {
  PerVersion out;
  for (protocol::Version version : protocol::all_versions) {
    auto text =
        std::make_shared<std::string const>(std::move(texts[static_cast<std::size_t>(version)]));
    auto const twin =
        std::ranges::find_if(out, [&](auto const& other) { return other && *other == *text; });
    out[static_cast<std::size_t>(version)] = twin == out.end() ? std::move(text) : *twin;
  }
  return out;
}

template <class Spec>
PerVersion render(Spec const& spec) {
  Described texts;
  for (protocol::Version version : protocol::all_versions)
    texts[static_cast<std::size_t>(version)] = describe(spec, version);
  return shared(std::move(texts));
}

Result<void> check_icons(std::vector<Icon> const& icons) {
  for (auto const& icon : icons)
    if (!icon.src.starts_with("https://") && !icon.src.starts_with("data:"))
      return fail(Errc::invalid_params, "an icon's src must be an https: or data: URI");
  return {};
}

Result<void> check_object(std::string_view what, std::string const& text) {
  if (text.empty()) return {};
  auto const document = json::Document::parse_copy(text);
  if (!document || !document->root().is_object())
    return fail(Errc::invalid_params, std::string(what) + " must be a JSON object");
  return {};
}

/// Whether a value of the right type could break the schema.
bool has_limits(std::string_view schema) {
  constexpr std::array keywords{R"("minimum")",   R"("maximum")",  R"("minLength")",
                                R"("maxLength")", R"("minItems")", R"("maxItems")",
                                R"("pattern")"};
  return std::ranges::any_of(
      keywords, [&](auto const* keyword) { return schema.find(keyword) != schema.npos; });
}

Result<void> check_root_is_object(Node schema) {
  auto const type = schema.find("type");
  if (!type || type->as_string() != "object")
    return fail(Errc::invalid_params, "the input schema's root must say \"type\":\"object\"");
  return {};
}

}  // namespace

Result<std::shared_ptr<Tool const>> make_tool(ToolSpec spec, json::SchemaDocuments const& documents,
                                              std::size_t number) {
  if (!legal_name(spec.name))
    return fail(Errc::invalid_params, "a tool's name has 1 to 128 characters of A-Z a-z 0-9 _ - .");
  if (auto ok = check_icons(spec.icons); !ok) return Failure(ok.error());
  if (auto ok = check_object("meta", spec.meta); !ok) return Failure(ok.error());
  auto input = json::Schema::compile(spec.input_schema, documents);
  if (!input) return fail(Errc::invalid_params, "input schema: " + input.error().message);
  std::vector<protocol::MirroredParam> mirrored;
  {
    auto const document = json::Document::parse_copy(spec.input_schema);
    if (!document) return Failure(document.error());
    if (auto ok = check_root_is_object(document->root()); !ok) return Failure(ok.error());
    auto found = protocol::mirrored_params(document->root());
    if (!found) return Failure(found.error());
    mirrored = std::move(*found);
  }
  std::optional<json::Schema> checked;
  if (!spec.output_schema.empty()) {
    auto output = json::Schema::compile(spec.output_schema, documents);
    if (!output) return fail(Errc::invalid_params, "output schema: " + output.error().message);
    spec.output_is_object = protocol::describes_object(spec.output_schema);
    if (!spec.output_is_object && spec.wrapped_output_schema.empty())
      spec.wrapped_output_schema = protocol::wrapped_output_schema(spec.output_schema);
    if (!spec.output_is_typed || has_limits(spec.output_schema)) checked = std::move(*output);
  }
  auto rendered = render(spec);
  return std::make_shared<Tool const>(Tool{std::move(spec), std::move(*input), std::move(checked),
                                           std::move(mirrored), number, std::move(rendered)});
}

Result<std::shared_ptr<Resource const>> make_resource(ResourceSpec spec) {
  if (spec.uri.find(':') == std::string::npos)
    return fail(Errc::invalid_params,
                "a resource's URI begins with a scheme, for example docs://guide");
  if (spec.name.empty()) return fail(Errc::invalid_params, "a resource needs a name");
  if (spec.is_template)
    if (auto ok = UriTemplate::parse(spec.uri); !ok) return Failure(ok.error());
  if (auto ok = check_icons(spec.icons); !ok) return Failure(ok.error());
  if (auto ok = check_object("meta", spec.meta); !ok) return Failure(ok.error());
  auto rendered = render(spec);
  return std::make_shared<Resource const>(Resource{std::move(spec), std::move(rendered)});
}

Result<std::shared_ptr<Prompt const>> make_prompt(PromptSpec spec) {
  if (!legal_name(spec.name))
    return fail(Errc::invalid_params,
                "a prompt's name has 1 to 128 characters of A-Z a-z 0-9 _ - .");
  if (auto ok = check_icons(spec.icons); !ok) return Failure(ok.error());
  if (auto ok = check_object("meta", spec.meta); !ok) return Failure(ok.error());
  auto rendered = render(spec);
  return std::make_shared<Prompt const>(Prompt{std::move(spec), std::move(rendered)});
}

std::shared_ptr<Tool const> make_foreign_tool(ToolSpec spec,
                                              std::vector<protocol::MirroredParam> mirrored,
                                              Described described, std::shared_ptr<Foreign> foreign,
                                              std::size_t number, std::string* unenforced) {
  auto input = json::Schema::compile(spec.input_schema, {}, {}, json::PatternPolicy::skip);
  if (!input) {
    *unenforced = input.error().message;
    input = json::Schema::compile("true");
  }
  return std::make_shared<Tool const>(Tool{std::move(spec),
                                           std::move(*input),
                                           {},
                                           std::move(mirrored),
                                           number,
                                           shared(std::move(described)),
                                           std::move(foreign)});
}

std::shared_ptr<Resource const> make_foreign_resource(ResourceSpec spec, Described described,
                                                      std::shared_ptr<Foreign> foreign) {
  return std::make_shared<Resource const>(
      Resource{std::move(spec), shared(std::move(described)), std::move(foreign)});
}

std::shared_ptr<Prompt const> make_foreign_prompt(PromptSpec spec, Described described,
                                                  std::shared_ptr<Foreign> foreign) {
  return std::make_shared<Prompt const>(
      Prompt{std::move(spec), shared(std::move(described)), std::move(foreign)});
}

}  // namespace rampart::server
