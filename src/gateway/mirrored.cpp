#include "gateway/mirrored.hpp"

#include "json/document.hpp"
#include "protocol/translate_descriptor.hpp"

namespace rampart::gateway {

Result<std::vector<protocol::MirroredParam>> mirrored_in(std::string const& schema) {
  auto const document = json::Document::parse_copy(schema);
  if (!document) return Failure(document.error());
  return protocol::mirrored_params(document->root());
}

std::vector<protocol::MirroredParam> mirrored_of(upstream::Upstream const& upstream,
                                                 std::string_view tool) {
  for (auto const& raw : upstream.catalogue().tools) {
    auto const described =
        protocol::translate_descriptor(raw, {protocol::DescriptorKind::tool, {}, false});
    if (!described || described->name != tool) continue;
    return mirrored_in(described->input_schema).value_or(std::vector<protocol::MirroredParam>());
  }
  return {};
}

}  // namespace rampart::gateway
