#include "server/tool_run.hpp"

#include "json/document.hpp"
#include "protocol/content_render.hpp"

namespace rampart::server {
namespace {

constexpr std::size_t usual_result = 512;  ///< bytes; spares a short one its growing

/// A failure of the tool is a result that the model reads; what concerns the protocol stays an
/// error.
bool is_protocol_error(Errc code) {
  return code == Errc::needs_input || code == Errc::missing_capability ||
         code == Errc::state_rejected;
}

/// A result that breaks the tool's own promise is a failure of the tool: clients refuse it, and say
/// less about why.
Result<ToolResult> kept_promise(Tool const& tool, ToolResult result) {
  if (!tool.output || result.is_error) return result;
  constexpr auto broken = "the tool's result does not match its outputSchema";
  if (!result.structured) return fail(Errc::tool_failed, broken, "there is no structured content");
  auto const document = json::Document::parse_copy(result.structured->text());
  if (!document) return fail(Errc::tool_failed, broken, document.error().message);
  if (auto const violation = tool.output->validate(document->root()))
    return fail(Errc::tool_failed, broken, violation->message);
  return result;
}

Result<Rendered> render(protocol::Version version, Tool const& tool, Result<ToolResult> result) {
  if (tool.output && result) result = kept_promise(tool, std::move(*result));
  if (!result) {
    if (is_protocol_error(result.error().code)) return Failure(std::move(result.error()));
    auto out = tool_error(version, result.error().message);
    if (!result.error().detail.empty())
      out.failure = std::make_shared<Error const>(std::move(result.error()));
    return out;
  }
  Rendered out;
  out.members.reserve(usual_result);
  protocol::append_tool_result(out.members, *result, protocol::features_of(version),
                               !tool.spec.output_is_object);
  out.is_error = result->is_error;
  if (tool.spec.cacheable && tool.spec.on_cache_hit && !result->is_error) {
    ToolResult hit = *result;
    tool.spec.on_cache_hit(hit);
    protocol::append_tool_result(out.hit_members, hit, protocol::features_of(version),
                                 !tool.spec.output_is_object);
  }
  if (result->meta) out.meta = protocol::members_of(*result->meta);
  return out;
}

Work make_work(protocol::Version version, std::shared_ptr<Tool const> const& tool,
               BoundHandler<ToolResult> bound) {
  Work work;
  work.quick = tool->spec.quick;
  if (bound.task)
    work.task = [version, tool,
                 task = std::move(bound.task)](Context context) -> Task<Result<Rendered>> {
      auto result = co_await task(context);
      co_return render(version, *tool, std::move(result));
    };
  else
    work.plain = [version, tool, plain = std::move(bound.plain)](Context& context) {
      return render(version, *tool, plain(context));
    };
  return work;
}

Work make_foreign_work(std::shared_ptr<Tool const> const& tool, std::string arguments) {
  Work work;
  work.limit = tool->foreign->limit();
  work.task = [foreign = tool->foreign, arguments = std::move(arguments)](Context context) {
    return foreign->run(std::move(context), arguments);
  };
  return work;
}

/// A quick tool of a client that cannot be asked runs once, here and now: nothing of it need be
/// kept.
void run_here(Call& call, Tool const& tool, Node arguments) {
  Context context(call.state);
  async::Occupation::Scope const scope(call.loop.occupation(), tool.spec.name);
  Result<Rendered> outcome = fail(Errc::internal, "internal error");
  try {
    outcome = render(call.version, tool, tool.spec.handler.run(arguments, context));
  } catch (...) {
    outcome = call.dispatcher.contain(call, std::current_exception());
  }
  call.completed(std::move(outcome));
}

/// For whichever call comes to run it.
ResultCache::Run later_run(std::shared_ptr<Tool const> const& tool, Node arguments) {
  return [tool, text = arguments.text()](Call& call) {
    auto const document = json::Document::parse_copy(text);
    if (!document) return call.refuse(document.error());
    run_uncached(call, tool, document->root());
  };
}

}  // namespace

Rendered tool_error(protocol::Version version, std::string reason) {
  Rendered out;
  protocol::append_tool_result(out.members, ToolResult::error(std::move(reason)),
                               protocol::features_of(version));
  out.is_error = true;
  return out;
}

void run_tool(Call& call, std::shared_ptr<Tool const> tool, Node arguments, bool retry) {
  auto& cache = call.dispatcher.services.cache;
  // What third parties say in _meta reaches an upstream, and its answer may depend on it.
  bool const depends_on_more = tool->foreign && !call.state->facts.third_party_meta.empty();
  if (tool->spec.cacheable && !retry && !depends_on_more)
    return cache.run(call, tool_question(call, *tool, arguments),
                     [&] { return later_run(tool, arguments); });
  if (tool->spec.cacheable) cache.bypass();
  run_uncached(call, std::move(tool), arguments);
}

void run_uncached(Call& call, std::shared_ptr<Tool const> tool, Node arguments) {
  if (tool->foreign)
    return call.run(make_foreign_work(
        tool, call.arguments.empty() ? arguments.text() : std::move(call.arguments)));
  if (tool->spec.quick && tool->spec.handler.run && call.modern() && call.binding.empty())
    return run_here(call, *tool, arguments);
  auto bound = tool->spec.handler.bind(arguments);
  // The schema has passed; what is left here is what only the type knows, and just as mendable.
  if (!bound)
    return call.succeed(tool_error(call.version, "invalid arguments: " + bound.error().message));
  call.run(make_work(call.version, tool, std::move(*bound)));
}

}  // namespace rampart::server
