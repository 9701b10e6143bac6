// How a function becomes a tool, a resource or a prompt: thin templates over the specs that the
// registry keeps. Authors need not read this.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "rampart/codec.hpp"
#include "rampart/content.hpp"
#include "rampart/context.hpp"
#include "rampart/task.hpp"

namespace rampart {

using Messages = std::vector<PromptMessage>;
using Contents = std::vector<ResourceContents>;
using Variables = std::map<std::string, std::string>;

/// A handler with its arguments decoded: it may run several times (see Context). `Out` is what it
/// returns.
template <class Out>
struct BoundHandler {
  std::function<Result<Out>(Context&)> plain;      ///< either this
  std::function<Task<Result<Out>>(Context)> task;  ///< or this
};

/// A handler of arguments `In`: Node for tools and prompts, Variables for resources.
template <class In, class Out>
struct Handler {
  bool is_task = false;
  /// Decodes the arguments. Errors: invalid_params.
  std::function<Result<BoundHandler<Out>>(In const&)> bind;
  /// Plain handlers only: decodes and runs at once.
  std::function<Result<Out>(In const&, Context&)> run;
};

struct ToolSpec {
  std::string name, description, title;
  std::string input_schema;   ///< JSON text
  std::string output_schema;  ///< JSON text, or empty
  bool output_is_object = true;
  bool output_is_typed = false;  ///< the schema is that of the type that is returned
  std::string
      wrapped_output_schema;  ///< {"result": output}, for eras whose output must be an object
  std::vector<Icon> icons;
  std::optional<bool> read_only, destructive, idempotent, open_world;
  std::string meta;  ///< JSON text, or empty
  bool quick = false;
  bool cacheable = false, cache_public = false;
  std::string revision = "1";
  std::function<void(ToolResult&)> on_cache_hit;
  Handler<Node, ToolResult> handler;
};

struct ResourceSpec {
  std::string uri;  ///< or the template
  bool is_template = false;
  std::string name, title, description, mime_type;
  std::optional<std::uint64_t> size;
  std::vector<Icon> icons;
  std::optional<Annotations> annotations;
  std::string meta;
  Handler<Variables, Contents> handler;
};

struct PromptArgument {
  std::string name, title, description;
  bool required = false;
};
struct PromptSpec {
  std::string name, title, description;
  std::vector<PromptArgument> arguments;
  std::vector<Icon> icons;
  std::string meta;
  Handler<Node, Messages> handler;
};

namespace detail {

template <class T>
struct Unwrap {
  using Value = T;
  static constexpr bool task = false, result = false;
};
template <class T>
struct Unwrap<Result<T>> {
  using Value = T;
  static constexpr bool task = false, result = true;
};
template <class T>
struct Unwrap<Task<T>> {
  using Value = typename Unwrap<T>::Value;
  static constexpr bool task = true, result = Unwrap<T>::result;
};

// Parameter lists: (), (A), (Context&), (A, Context&).
struct NoArguments {
  static constexpr auto fields = rampart::fields();
};
template <class... P>
struct Params {
  static_assert(sizeof...(P) == 0, "a handler takes (), (Args), (Context&) or (Args, Context&)");
  using Args = NoArguments;
  static constexpr bool takes_args = false, takes_context = false;
};
template <class A>
struct Params<A> {
  static constexpr bool takes_context = std::is_same_v<std::remove_cvref_t<A>, Context>;
  static constexpr bool takes_args = !takes_context;
  using Args = std::conditional_t<takes_context, NoArguments, std::remove_cvref_t<A>>;
};
template <class A, class C>
struct Params<A, C> {
  static_assert(std::is_same_v<std::remove_cvref_t<C>, Context>,
                "the second parameter is rampart::Context&");
  using Args = std::remove_cvref_t<A>;
  static constexpr bool takes_args = true, takes_context = true;
};
template <class>
struct Signature;
template <class C, class R, class... P>
struct Signature<R (C::*)(P...) const> : Params<P...>, Unwrap<R> {};
template <class C, class R, class... P>
struct Signature<R (C::*)(P...)> : Params<P...>, Unwrap<R> {};
template <class R, class... P>
struct Signature<R (*)(P...)> : Params<P...>, Unwrap<R> {};
template <class F>
struct SignatureOf : Signature<decltype(&F::operator())> {};
template <class R, class... P>
struct SignatureOf<R (*)(P...)> : Signature<R (*)(P...)> {};

template <class F, class Args>
decltype(auto) call_handler(F const& fn, Args const& args, Context& context) {
  using S = SignatureOf<F>;
  if constexpr (S::takes_args && S::takes_context)
    return fn(args, context);
  else if constexpr (S::takes_args)
    return fn(args);
  else if constexpr (S::takes_context)
    return fn(context);
  else
    return fn();
}

template <class Out, class T>
Result<Out> convert(Result<T> value, Result<Out> (*to)(T)) {
  if (!value) return Failure(std::move(value.error()));
  return to(std::move(*value));
}
template <class Out, class T>
Result<Out> convert(T value, Result<Out> (*to)(T)) {
  return to(std::move(value));
}

template <class Out, class F, class Args, class T>
Task<Result<Out>> run_task(std::shared_ptr<F const> fn, std::shared_ptr<Args const> args,
                           Context context, Result<Out> (*to)(T)) {
  auto value = co_await call_handler(*fn, *args, context);
  co_return convert<Out>(std::move(value), to);
}

/// `decode_args(In const&) -> Result<Args>`; `to(T) -> Result<Out>`.
template <class In, class Out, class F, class Decode, class T>
Handler<In, Out> make_handler(F fn, Decode decode_args, Result<Out> (*to)(T)) {
  using S = SignatureOf<F>;
  using Args = typename S::Args;
  Handler<In, Out> handler;
  handler.is_task = S::task;
  auto shared = std::make_shared<F const>(std::move(fn));
  handler.bind = [shared, decode_args, to](In const& in) -> Result<BoundHandler<Out>> {
    Result<Args> decoded = decode_args(in);
    if (!decoded) return Failure(std::move(decoded.error()));
    auto args = std::make_shared<Args const>(std::move(*decoded));
    BoundHandler<Out> bound;
    if constexpr (S::task)
      bound.task = [shared, args, to](Context context) {
        return run_task<Out>(shared, args, std::move(context), to);
      };
    else
      bound.plain = [shared, args, to](Context& context) {
        return convert<Out>(call_handler(*shared, *args, context), to);
      };
    return bound;
  };
  if constexpr (!S::task)
    handler.run = [shared, decode_args, to](In const& in, Context& context) -> Result<Out> {
      Result<Args> decoded = decode_args(in);
      if (!decoded) return Failure(std::move(decoded.error()));
      return convert<Out>(call_handler(*shared, *decoded, context), to);
    };
  return handler;
}

template <class T>
Result<ToolResult> to_tool_result(T value) {
  if constexpr (std::is_same_v<T, ToolResult>) {
    return value;
  } else if constexpr (std::is_convertible_v<T, std::string>) {
    return ToolResult::text(std::string(std::move(value)));
  } else if constexpr (std::is_same_v<T, Content>) {
    ToolResult result;
    result.content.push_back(std::move(value));
    return result;
  } else if constexpr (std::is_same_v<T, std::vector<Content>>) {
    ToolResult result;
    result.content = std::move(value);
    return result;
  } else {
    ToolResult result;  // the text copy is made when it is rendered
    result.structured = Json::trusted(rampart::encode(value));
    return result;
  }
}
template <class T>
inline constexpr bool is_structured =
    !(std::is_same_v<T, ToolResult> || std::is_convertible_v<T, std::string> ||
      std::is_same_v<T, Content> || std::is_same_v<T, std::vector<Content>>);

template <class T>
Result<Contents> to_contents(T value) {
  Contents out;
  if constexpr (std::is_same_v<T, Contents>)
    out = std::move(value);
  else if constexpr (std::is_same_v<T, ResourceContents>)
    out.push_back(std::move(value));
  else
    out.push_back(ResourceContents::text({}, std::string(std::move(value)), {}));
  return out;
}

template <class T>
Result<Messages> to_messages(T value) {
  Messages out;
  if constexpr (std::is_same_v<T, Messages>)
    out = std::move(value);
  else if constexpr (std::is_same_v<T, PromptMessage>)
    out.push_back(std::move(value));
  else
    out.push_back(PromptMessage::user(Content::text(std::string(std::move(value)))));
  return out;
}

}  // namespace detail

template <class F>
std::unique_ptr<ToolSpec> bind_tool(std::string name, std::string description, F fn) {
  using S = detail::SignatureOf<F>;
  auto spec = std::make_unique<ToolSpec>();
  spec->name = std::move(name);
  spec->description = std::move(description);
  spec->input_schema = schema_of<typename S::Args>();
  if constexpr (detail::is_structured<typename S::Value>) {
    spec->output_schema = schema_of<typename S::Value>();
    spec->output_is_object = is_object_type<typename S::Value>();
    spec->output_is_typed = true;
    if (!spec->output_is_object)
      spec->wrapped_output_schema = wrapped_schema_of<typename S::Value>();
  }
  auto decode_args = [](Node node) { return decode<typename S::Args>(node); };
  spec->handler = detail::make_handler<Node, ToolResult>(
      std::move(fn), decode_args, &detail::to_tool_result<typename S::Value>);
  return spec;
}

template <class F>
std::unique_ptr<ResourceSpec> bind_resource(std::string uri, std::string name, F fn) {
  using S = detail::SignatureOf<F>;
  static_assert(!S::takes_args, "a resource's handler takes () or (Context&)");
  auto spec = std::make_unique<ResourceSpec>();
  spec->uri = std::move(uri);
  spec->name = std::move(name);
  auto decode_args = [](Variables const&) -> Result<typename S::Args> {
    return typename S::Args{};
  };
  spec->handler = detail::make_handler<Variables, Contents>(
      std::move(fn), decode_args, &detail::to_contents<typename S::Value>);
  return spec;
}

template <class F>
std::unique_ptr<ResourceSpec> bind_template(std::string uri_template, std::string name, F fn) {
  using S = detail::SignatureOf<F>;
  static_assert(
      std::is_same_v<typename S::Args, Variables>,
      "a resource template's handler takes (std::map<std::string, std::string>[, Context&])");
  auto spec = std::make_unique<ResourceSpec>();
  spec->uri = std::move(uri_template);
  spec->is_template = true;
  spec->name = std::move(name);
  auto decode_args = [](Variables const& variables) -> Result<Variables> { return variables; };
  spec->handler = detail::make_handler<Variables, Contents>(
      std::move(fn), decode_args, &detail::to_contents<typename S::Value>);
  return spec;
}

template <class F>
std::unique_ptr<PromptSpec> bind_prompt(std::string name, std::string description, F fn) {
  using S = detail::SignatureOf<F>;
  using Args = typename S::Args;
  auto spec = std::make_unique<PromptSpec>();
  spec->name = std::move(name);
  spec->description = std::move(description);
  for (detail::FieldInfo const& field : Args::fields.items)
    spec->arguments.push_back(PromptArgument{std::string(field.name), std::string(field.title),
                                             std::string(field.doc), field.required});
  auto decode_args = [](Node node) { return decode<Args>(node, {}, Strings::convert); };
  spec->handler = detail::make_handler<Node, Messages>(std::move(fn), decode_args,
                                                       &detail::to_messages<typename S::Value>);
  return spec;
}

}  // namespace rampart
