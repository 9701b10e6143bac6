// resources/read.
#include "json/write.hpp"
#include "protocol/content_render.hpp"
#include "server/methods.hpp"
#include "server/uri_template.hpp"

namespace rampart::server::methods {
namespace {

constexpr std::size_t max_uri_bytes = 8 * 1024;

struct Found {
  std::shared_ptr<Resource const> resource;
  Variables variables;
};

std::optional<Found> find(Catalog const& catalog, std::string_view uri) {
  if (auto resource = catalog.resources.find(uri)) return Found{std::move(resource), {}};
  for (auto const& candidate : catalog.templates.list()) {
    auto const parsed = UriTemplate::parse(candidate->spec.uri);
    if (auto variables = parsed ? parsed->match(uri) : std::nullopt)
      return Found{candidate, std::move(*variables)};
  }
  return std::nullopt;
}

Error not_found(std::string_view uri) {
  return Error(Errc::resource_not_found, "resource not found", {},
               R"({"uri":)" + json::quoted(uri) + "}");
}

Rendered render(Call const& call, Contents contents, std::string const& uri,
                std::string const& mime_type) {
  Rendered out;
  out.members = R"("contents":[)";
  for (auto& one : contents) {
    if (one.uri.empty()) one.uri = uri;
    if (one.mime_type.empty()) one.mime_type = mime_type;
    if (one.mime_type.empty() && std::holds_alternative<std::string>(one.data))
      one.mime_type = "text/plain";
    if (out.members.back() != '[') out.members += ',';
    protocol::append_resource_contents(out.members, one, protocol::features_of(call.version));
  }
  out.members += ']';
  out.hints = own_cache_hints(call);
  return out;
}

void run_foreign(Call& call, std::shared_ptr<Foreign> const& foreign, std::string const& uri) {
  Work work;
  work.limit = foreign->limit();
  work.task = [foreign, uri](Context context) { return foreign->run(std::move(context), uri); };
  call.run(std::move(work));
}

/// Through the cache, if what answers lets us keep it. What carries a client's answer, or words of
/// third parties, is nobody else's question.
void read_foreign(Call& call, Params const& params, std::shared_ptr<Foreign> const& foreign,
                  std::string uri) {
  auto& cache = call.dispatcher.services.cache;
  auto keeping = foreign->keeping(uri);
  if (!keeping) return run_foreign(call, foreign, uri);
  bool const retry = params.find("inputResponses") || params.find("requestState");
  if (retry || !call.state->facts.third_party_meta.empty()) {
    cache.bypass();
    return run_foreign(call, foreign, uri);
  }
  auto question = read_question(call, uri, std::move(*keeping));
  question.limit = foreign->limit();
  cache.run(call, std::move(question),
            [&] { return [foreign, uri](Call& asking) { run_foreign(asking, foreign, uri); }; });
}

}  // namespace

void read_resource(Call& call, Params const& params) {
  auto const uri = params.text("uri");
  if (!uri) return call.refuse(uri.error());
  if (uri->size() > max_uri_bytes)
    return call.refuse(Error(Errc::invalid_params, "params.uri is longer than 8192 bytes"));
  call.name = *uri;
  if (auto ok = prepare_asking(call, params, std::nullopt); !ok) return call.refuse(ok.error());
  auto const catalog = call.dispatcher.services.registry.catalog();
  auto found = find(*catalog, *uri);
  if (!found && catalog->unlisted)
    return read_foreign(call, params, catalog->unlisted, std::string(*uri));
  if (!found) return call.refuse(not_found(*uri));
  auto const resource = found->resource;
  if (resource->foreign) return read_foreign(call, params, resource->foreign, std::string(*uri));
  auto bound = resource->spec.handler.bind(found->variables);
  if (!bound) return call.refuse(bound.error());
  Call const* const self = &call;  // lives as long as its work
  Work work;
  auto finish = [self, resource,
                 wanted = std::string(*uri)](Result<Contents> contents) -> Result<Rendered> {
    if (contents) return render(*self, std::move(*contents), wanted, resource->spec.mime_type);
    if (contents.error().code == Errc::not_found ||
        contents.error().code == Errc::resource_not_found)
      return Failure(not_found(wanted));
    return Failure(std::move(contents.error()));
  };
  if (bound->task)
    work.task = [task = std::move(bound->task), finish](Context context) -> Task<Result<Rendered>> {
      auto contents = co_await task(context);
      co_return finish(std::move(contents));
    };
  else
    work.plain = [plain = std::move(bound->plain), finish](Context& context) {
      return finish(plain(context));
    };
  call.run(std::move(work));
}

}  // namespace rampart::server::methods
