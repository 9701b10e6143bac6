// The server that the measured gateways stand in front of: stdio, one thread, as little work a call
// as can be, so that what is measured is the gateway. Two tools: `echo {message}`, and
// `text {size}`, which answers a text of that many bytes.
// Usage: gateway_child [--modern]    speaks 2025-11-25, or with --modern 2026-07-28 alone
#include <charconv>
#include <cstring>
#include <iostream>
#include <string>

#include "json/slice.hpp"

namespace {
using rampart::json::slice_valid_object;

constexpr std::string_view tools =
    R"("tools":[{"name":"echo","description":"Says back what it is told","inputSchema":)"
    R"({"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}},)"
    R"({"name":"text","description":"A text of so many bytes","inputSchema":)"
    R"({"type":"object","properties":{"size":{"type":"integer"}},"required":["size"]}}])";
constexpr std::string_view hints =
    R"(,"resultType":"complete","ttlMs":60000,"cacheScope":"public")";

std::string content(std::string_view quoted_text) {
  std::string out = R"("content":[{"type":"text","text":)";
  return (out += quoted_text) += "}]";
}

std::string text_of_size(std::string_view digits) {
  std::size_t size = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), size);
  std::string text(size + 2, 'x');
  text.front() = text.back() = '"';
  return text;
}

/// The members of the result of a tools/call; empty for no such tool.
std::string called(std::string_view params) {
  auto const members = slice_valid_object(params);
  auto const arguments = slice_valid_object(members->find("arguments").value_or("{}"));
  auto const name = members->find("name");
  if (name == R"("echo")") return content(arguments->find("message").value_or(R"("")"));
  if (name == R"("text")") return content(text_of_size(arguments->find("size").value_or("0")));
  return {};
}

/// The members of the result; empty for a method that it does not have.
std::string answer(std::string_view method, std::string_view params, bool modern) {
  if (method == R"("tools/call")") {
    auto members = called(params);
    if (modern && !members.empty()) members += R"(,"resultType":"complete")";
    return members;
  }
  if (method == R"("tools/list")")
    return std::string(tools) + std::string(modern ? hints : std::string_view());
  if (method == R"("server/discover")" && modern)
    return R"("supportedVersions":["2026-07-28"],"capabilities":{"tools":{}})" + std::string(hints);
  if (modern) return {};
  if (method == R"("ping")") return " ";
  if (method == R"("initialize")")
    return R"("protocolVersion":"2025-11-25","capabilities":{"tools":{}},)"
           R"("serverInfo":{"name":"child","version":"1.0.0"})";
  return {};
}
}  // namespace

int main(int argc, char** argv) {
  bool const modern = argc > 1 && std::strcmp(argv[1], "--modern") == 0;
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    auto const message = rampart::json::slice_object(line);
    if (!message) continue;
    auto const id = message->find("id");
    auto const method = message->find("method");
    if (!id || !method) continue;  // notifications
    auto const result = answer(*method, message->find("params").value_or("{}"), modern);
    std::string out = R"({"jsonrpc":"2.0","id":)" + std::string(*id);
    if (result.empty())
      out += R"(,"error":{"code":-32601,"message":"no such method or tool"}})";
    else
      ((out += R"(,"result":{)") += result) += "}}";
    out += '\n';
    std::cout.write(out.data(), static_cast<std::streamsize>(out.size())).flush();
  }
}
