// One row describes one key: where its value goes and everything there is to say about it. Parsing,
// validation, defaults, masking, docs/config.md and `rampart check` all come from the rows.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.hpp"

namespace rampart::config {

enum class Type {
  port,
  count,
  bytes,
  seconds,
  boolean,
  choice,
  string,
  address,
  list,
  url,
  secrets
};

/// Where a value goes. The last alternative is the byte of an enum.
using Slot = std::variant<std::uint64_t*, Duration*, bool*, std::string*, std::vector<std::string>*,
                          unsigned char*>;

inline constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
/// Shorter sealing keys could be guessed.
inline constexpr std::size_t min_secret_chars = 32;

struct Row {
  std::string_view key;  ///< "server.port"
  Type type = Type::string;
  Slot (*slot)(Config&) = nullptr;
  std::string_view fallback;  ///< the default, as it would be written
  std::string_view doc;
  std::uint64_t min = 0;  ///< of numbers; seconds for durations
  std::uint64_t max = unlimited;
  std::string_view unit = {};
  std::string_view env = {};      ///< documented environment name, where it is not the derived one
  std::string_view flag = {};     ///< short flag besides the derived one
  std::string_view staging = {};  ///< default in staging, where it differs
  std::string_view production = {};  ///< default in production, where it differs
  std::vector<std::string_view> choices = {};
  /// Says what is wrong with one value or list item, or nothing.
  std::string_view (*check)(std::string_view) = nullptr;

  // What a row in the table adds to the arguments of its type.
  Row named(std::string_view environment_name) &&;
  Row short_flag(std::string_view name) &&;
  Row outside_development(std::string_view in_staging, std::string_view in_production) &&;

  std::string derived_env() const;  ///< RAMPART_SERVER_PORT
  std::vector<std::string> env_names() const;
  std::vector<std::string> flag_names() const;  ///< "server-port", without dashes in front
  std::string_view default_in(Environment environment) const;
};

using SlotOf = Slot (*)(Config&);
Row port(std::string_view key, SlotOf slot, std::string_view fallback, std::string_view doc);
Row count(std::string_view key, SlotOf slot, std::string_view fallback, std::uint64_t min,
          std::uint64_t max, std::string_view doc);
Row bytes(std::string_view key, SlotOf slot, std::string_view fallback, std::uint64_t min,
          std::uint64_t max, std::string_view doc);
Row seconds(std::string_view key, SlotOf slot, std::string_view fallback, std::uint64_t min,
            std::uint64_t max, std::string_view doc);
Row boolean(std::string_view key, SlotOf slot, std::string_view fallback, std::string_view doc);
Row choice(std::string_view key, SlotOf slot, std::string_view fallback,
           std::vector<std::string_view> choices, std::string_view doc);
Row text(std::string_view key, SlotOf slot, std::string_view fallback, std::string_view doc,
         std::string_view (*check)(std::string_view));
Row address(std::string_view key, SlotOf slot, std::string_view fallback, std::string_view doc);
Row list(std::string_view key, SlotOf slot, std::string_view doc,
         std::string_view (*check)(std::string_view));
Row url(std::string_view key, SlotOf slot, std::string_view doc,
        std::string_view (*check)(std::string_view));
Row secrets(std::string_view key, SlotOf slot, std::string_view doc);

std::string_view type_name(Type type);

/// Every row, in the order of the docs. Made anew by each call: nothing here is global.
std::vector<Row> all_rows();
void add_server_rows(std::vector<Row>& rows);
void add_other_rows(std::vector<Row>& rows);

}  // namespace rampart::config
