#include "client/doctor/catalogue.hpp"

#include <algorithm>
#include <set>

#include "client/text.hpp"
#include "json/document.hpp"
#include "json/schema/schema.hpp"
#include "json/write.hpp"
#include "protocol/mirror_headers.hpp"

namespace rampart::client {
namespace {

using Entries = std::vector<std::string>;

std::string tokens_of(std::size_t bytes) {
  return "about " + counted(bytes / bytes_per_token, "token");
}

std::size_t bytes_of(Entries const& entries) {
  std::size_t sum = 0;
  for (auto const& entry : entries) sum += entry.size();
  return sum;
}

std::string quoted_name(std::string_view tool) {
  return first_line(text_member(tool, "name"), longest_quote);
}

std::string size_members(std::size_t bytes) {
  return R"("bytes":)" + std::to_string(bytes) + R"(,"tokens":)" +
         std::to_string(bytes / bytes_per_token);
}

Entries largest(Entries tools) {
  std::ranges::sort(tools, [](std::string const& a, std::string const& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  tools.resize(std::min(tools.size(), largest_shown));
  return tools;
}

std::string list_words(ListKind kind, Entries const& entries) {
  constexpr std::array<std::string_view, all_lists.size()> words{"tool", "resource",
                                                                 "resource template", "prompt"};
  auto out = counted(entries.size(), words[static_cast<std::size_t>(kind)]);
  if (!entries.empty())
    out += ": " + human_bytes(bytes_of(entries)) + ", " + tokens_of(bytes_of(entries));
  return out;
}

void examine_size(Lists const& lists, Findings& findings) {
  Finding finding{"catalogue", Grade::ok, list_words(ListKind::tools, lists.of(ListKind::tools))};
  for (auto const kind : all_lists)
    if (kind != ListKind::tools && !lists.of(kind).empty())
      finding.details.push_back(list_words(kind, lists.of(kind)));
  std::string sizes, names;
  for (auto const kind : all_lists) {
    auto const& entries = lists.of(kind);
    sizes += (sizes.empty() ? "" : ",") + json::quoted(row(kind).member) + R"(:{"count":)" +
             std::to_string(entries.size()) + "," + size_members(bytes_of(entries)) + "}";
  }
  auto const& tools = lists.of(ListKind::tools);
  if (!tools.empty()) finding.details.emplace_back("largest tools:");
  for (auto const& tool : largest(tools)) {
    finding.details.push_back("  " + quoted_name(tool) + ": " + human_bytes(tool.size()) + ", " +
                              tokens_of(tool.size()));
    names += (names.empty() ? "{" : ",{") + (R"("name":)" + json::quoted(quoted_name(tool))) + "," +
             size_members(tool.size()) + "}";
  }
  finding.data = R"("lists":{)" + sizes + R"(},"largest_tools":[)" + names + "]";
  bool const long_one = bytes_of(tools) / bytes_per_token > many_tool_tokens;
  if (tools.size() > many_tools || long_one) {
    finding.grade = Grade::advice;
    finding.advice =
        "every conversation carries all tools: shorten the largest descriptions and schemas, or "
        "split the server";
  }
  findings.add(std::move(finding));
}

// --- names -------------------------------------------------------------------------------------

bool is_legal(std::string_view name) {
  constexpr std::string_view others = "_-.";
  auto const legal = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != others.npos;
  };
  return !name.empty() && name.size() <= longest_legal_name && std::ranges::all_of(name, legal);
}

bool is_portable(std::string_view name) {
  return name.size() <= longest_portable_name && name.find('.') == name.npos;
}

Entries repeated(Lists const& lists) {
  Entries out;
  for (auto const kind : all_lists) {
    std::set<std::string> seen;
    for (auto const& entry : lists.of(kind)) {
      auto const id = text_member(entry, row(kind).identity);
      if (!seen.insert(id).second) out.push_back(first_line(id, longest_quote));
    }
  }
  return out;
}

/// The first few, in one line.
std::string enumerate(Entries const& names) {
  constexpr std::size_t shown = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
    out += (i ? ", " : "") + (names[i].empty() ? std::string("(empty)") : names[i]);
  if (names.size() > shown) out += " and " + grouped(names.size() - shown) + " more";
  return out;
}

void examine_names(Lists const& lists, Findings& findings) {
  Entries illegal, unwieldy;
  for (auto const& tool : lists.of(ListKind::tools)) {
    auto const name = text_member(tool, "name");
    if (!is_legal(name))
      illegal.push_back(first_line(name, longest_quote));
    else if (!is_portable(name))
      unwieldy.push_back(name);
  }
  auto const twice = repeated(lists);
  if (!illegal.empty())
    return findings.add("names", Grade::problem, "illegal tool names: " + enumerate(illegal),
                        "use 1 to 64 of A-Z a-z 0-9 _ and -: hosts drop tools with other names");
  if (!twice.empty())
    return findings.add("names", Grade::problem, "names that occur twice: " + enumerate(twice),
                        "give each entry a name of its own: clients see only one of them");
  if (!unwieldy.empty())
    return findings.add("names", Grade::advice,
                        "tool names that some hosts refuse: " + enumerate(unwieldy),
                        "stay within 64 characters, without dots");
  findings.add("names", Grade::ok, "all legal and unique");
}

// --- schemas -----------------------------------------------------------------------------------

/// Why a schema cannot be used, or "".
std::string defect_of(Node schema, bool is_input, bool& skips) {
  if (!schema.is_object()) return "no object";
  auto const type = schema.find("type");
  if (!type || type->as_string() != "object") return R"(has to have "type": "object")";
  auto const compiled = json::Schema::compile(schema.text(), {}, {}, json::PatternPolicy::skip);
  if (!compiled) return compiled.error().message;
  skips |= !compiled->skipped().empty();
  if (!is_input) return {};
  auto const mirrored = protocol::mirrored_params(schema);
  return mirrored ? std::string() : mirrored.error().message;
}

struct SchemaReport {
  Entries defects;
  Entries skipping;
  std::size_t schemas = 0;
};

void examine_schemas_of(std::string const& tool, SchemaReport& report) {
  auto const document = json::Document::parse_copy(tool);
  if (!document) return report.defects.push_back(quoted_name(tool) + ": is no usable JSON");
  for (bool const is_input : {true, false}) {
    auto const* const member = is_input ? "inputSchema" : "outputSchema";
    auto const schema = document->root().find(member);
    if (!schema && !is_input) continue;
    ++report.schemas;
    bool skips = false;
    auto const defect = schema ? defect_of(*schema, is_input, skips) : std::string("missing");
    if (!defect.empty())
      report.defects.push_back(quoted_name(tool) + ": " + member + ": " +
                               first_line(defect, longest_quote));
    if (skips) report.skipping.push_back(quoted_name(tool));
  }
}

void examine_schemas(Entries const& tools, Findings& findings) {
  SchemaReport report;
  for (auto const& tool : tools) examine_schemas_of(tool, report);
  if (!report.defects.empty()) {
    Finding finding{"schemas", Grade::problem,
                    counted(report.defects.size(), "schema") + " that cannot be used",
                    "mend them: clients drop such tools, or send what they like", report.defects};
    return findings.add(std::move(finding));
  }
  if (!report.skipping.empty())
    return findings.add("schemas", Grade::advice,
                        "a pattern cannot be run in " + enumerate(report.skipping),
                        "write patterns in the common part of ECMA-262");
  findings.add("schemas", Grade::ok, counted(report.schemas, "schema") + ", all compile");
}

void examine_descriptions(Entries const& tools, Findings& findings) {
  Entries without;
  for (auto const& tool : tools)
    if (text_member(tool, "description").empty()) without.push_back(quoted_name(tool));
  if (without.empty()) return findings.add("descriptions", Grade::ok, "every tool has one");
  findings.add("descriptions", Grade::advice, "tools without one: " + enumerate(without),
               "say what each tool does and when to use it: it is all that a model knows");
}

}  // namespace

void examine_catalogue(Lists const& lists, Findings& findings) {
  examine_size(lists, findings);
  examine_names(lists, findings);
  auto const& tools = lists.of(ListKind::tools);
  if (tools.empty()) return;
  examine_schemas(tools, findings);
  examine_descriptions(tools, findings);
}

bool is_read_only(std::string_view tool) {
  auto const document = json::Document::parse_copy(tool);
  auto const annotations = document ? document->root().find("annotations") : std::nullopt;
  auto const hint = annotations ? annotations->find("readOnlyHint") : std::nullopt;
  return hint && hint->as_bool().value_or(false);
}

std::size_t required_arguments(std::string_view tool) {
  auto const document = json::Document::parse_copy(tool);
  auto const schema = document ? document->root().find("inputSchema") : std::nullopt;
  auto const required = schema ? schema->find("required") : std::nullopt;
  return required ? required->size() : 0;
}

}  // namespace rampart::client
