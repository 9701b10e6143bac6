#include "base/ids.hpp"

#include <array>
#include <string_view>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace rampart::base {
namespace {
using Id = std::array<char, 16>;

Id random_id() {
  Id id;
  fill_random(id.data(), id.size());
  return id;
}
std::string_view view(Id const& id) { return {id.data(), id.size()}; }
}  // namespace

std::string mint_hex_id() { return hex_encode(view(random_id())); }
std::string mint_id() { return base64url_encode(view(random_id())); }

}  // namespace rampart::base
