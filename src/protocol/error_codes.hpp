// Codes of JSON-RPC errors as other servers send them and as we answer them (JSON-RPC 2.0 section
// 5.1; MCP schema). Which code an error of ours has in which era is in error_table.cpp.
#pragma once

namespace rampart::protocol::code {

inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int server_error =
    -32000;  ///< what SDKs of older revisions say at their own choice

inline constexpr int resource_not_found = -32002;  ///< until 2025-11-25
inline constexpr int url_required = -32042;        ///< 2025-11-25

// Since 2026-07-28.
inline constexpr int header_mismatch = -32020;
inline constexpr int missing_capability = -32021;
inline constexpr int unsupported_version = -32022;

}  // namespace rampart::protocol::code
