// What a server offers, judged: how much a model has to read, whether every client accepts the
// names, whether the schemas can be used.
#pragma once
#include "client/doctor/findings.hpp"
#include "client/lists.hpp"

namespace rampart::client {

inline constexpr std::size_t bytes_per_token = 4;         ///< roughly, of JSON and English
inline constexpr std::size_t many_tools = 50;             ///< beyond it models choose badly
inline constexpr std::size_t many_tool_tokens = 10'000;   ///< paid in every conversation
inline constexpr std::size_t largest_shown = 5;           ///< tools by size
inline constexpr std::size_t longest_legal_name = 128;    ///< server/tools of 2025-11-25
inline constexpr std::size_t longest_portable_name = 64;  ///< several hosts refuse longer ones

/// Adds `catalogue`, `names`, `schemas` and `descriptions`.
void examine_catalogue(Lists const& lists, Findings& findings);

/// Whether the tool's annotations say so.
bool is_read_only(std::string_view tool);
/// How many arguments the tool's input schema requires.
std::size_t required_arguments(std::string_view tool);

}  // namespace rampart::client
