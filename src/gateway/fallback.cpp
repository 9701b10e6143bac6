#include "gateway/fallback.hpp"

#include "json/write.hpp"

namespace rampart::gateway {

server::Rendered fallback_result(std::string_view text, Error failure) {
  server::Rendered out;
  out.members =
      R"("content":[{"type":"text","text":)" + json::quoted(text) + R"(}],"isError":true)";
  out.is_error = true;
  out.meta = R"("rampart/fallback":{"reason":)" + json::quoted(failure.message);
  if (failure.retry_after)
    out.meta += R"(,"retryAfterMs":)" + std::to_string(failure.retry_after->count());
  out.meta += '}';
  out.instead_of = std::make_shared<Error const>(std::move(failure));
  return out;
}

}  // namespace rampart::gateway
