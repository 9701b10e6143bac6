// tools/call: find the tool, check headers and arguments, then run it.
#include "base/log_text.hpp"
#include "json/document.hpp"
#include "protocol/content_render.hpp"
#include "server/methods.hpp"
#include "server/tool_run.hpp"

namespace rampart::server::methods {
namespace {

/// An absent `arguments` is an empty object.
Result<Node> arguments_of(Params const& params, std::optional<json::Document>& empty) {
  if (auto const given = params.find("arguments")) {
    if (!given->is_object())
      return fail(Errc::invalid_params, "params.arguments must be an object");
    return *given;
  }
  auto parsed = json::Document::parse_copy("{}");
  if (!parsed) return Failure(parsed.error());
  empty.emplace(std::move(*parsed));
  return empty->root();
}

}  // namespace

void call_tool(Call& call, Params const& params) {
  auto const name = params.text("name");
  if (!name) return call.refuse(name.error());
  call.name = base::clip(*name, max_shown_name);  // for the audit, should there be no such tool
  audit_arguments(call, params.find("arguments"));
  auto const tool = call.dispatcher.services.registry.catalog()->tools.find(*name);
  if (!tool) return call.refuse(Error(Errc::not_found, "unknown tool"));
  call.name = tool->spec.name;
  call.tool_number = tool->number;
  std::optional<json::Document> empty;
  auto const arguments = arguments_of(params, empty);
  if (!arguments) return call.refuse(arguments.error());
  if (call.modern() && params.headers)
    if (auto ok = protocol::check_param_headers(*params.headers, tool->mirrored, *arguments); !ok)
      return call.refuse(ok.error());
  if (auto ok = prepare_asking(call, params, *arguments); !ok) return call.refuse(ok.error());
  // A model can mend its arguments when it reads what is wrong, so this is a result (SEP-1303).
  if (auto const violation = tool->input.validate(*arguments))
    return call.succeed(tool_error(call.version, "invalid arguments: " + violation->message));
  if (tool->foreign) {
    auto spliced = params.spliced("arguments");
    if (!spliced) return call.refuse(spliced.error());
    call.arguments = std::move(*spliced);
  }
  bool const retry = params.find("inputResponses") || params.find("requestState");
  run_tool(call, tool, *arguments, retry);
}

}  // namespace rampart::server::methods
