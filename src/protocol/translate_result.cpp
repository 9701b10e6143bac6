#include "protocol/translate_result.hpp"

#include "json/write.hpp"
#include "protocol/request_meta.hpp"
#include "protocol/translate_content.hpp"
#include "protocol/translate_members.hpp"

namespace rampart::protocol {
namespace {

Result<void> check_result_type(std::string_view value) {
  if (json::string_of(value) == "complete") return {};
  return bad_upstream("its resultType is not \"complete\"");
}

Result<std::string> translate_meta(std::string_view meta) {
  if (!is_object_text(meta)) return std::string();  // null, as some servers write "nothing"
  auto const members = slice_upstream(meta, "_meta");
  if (!members) return Failure(members.error());
  MemberWriter out;
  for (auto const& [key, value] : members->members())
    if (key != meta_key::server_info) out.raw(key, value);
  return std::move(out).members();
}

// For what becomes of the members: a JSON-RPC response, and an HTTP one around that (bytes). With
// it a large result is written once.
constexpr std::size_t room_around = 1024;

class ResultTranslator {
 public:
  ResultTranslator(json::Slices const& members, ResultTranslation const& how, std::size_t size)
      : members_(members), how_(how) {
    writer_.reserve(size + room_around);
  }

  Result<TranslatedResult> run() {
    if (is_tool() && !members_.find("content")) content("[]");
    for (auto const& [key, value] : members_.members())
      if (auto ok = member(key, value); !ok) return Failure(ok.error());
    out_.members = std::move(writer_).members();
    return std::move(out_);
  }

 private:
  bool is_tool() const { return how_.method == Method::tools_call; }

  Result<void> member(std::string_view key, std::string_view value) {
    if (key == "resultType") return check_result_type(value);
    if (read_cache_hint(out_.hints, key, value)) return {};
    if (key == "_meta") {
      auto meta = translate_meta(value);
      if (!meta) return Failure(meta.error());
      out_.meta = std::move(*meta);
    } else if (is_tool() && key == "structuredContent") {
      structured(value);
    } else if (is_tool() && key == "content") {
      content(value);
    } else if (how_.method == Method::prompts_get && key == "messages") {
      append_translated_messages(writer_.begin(key), value, how_.client);
    } else if (how_.method == Method::resources_read && key == "contents") {
      append_translated_contents(writer_.begin(key), value, how_.client);
    } else {
      if (is_tool() && key == "isError") out_.is_error = value == "true";
      writer_.raw(key, value);
    }
    return {};
  }

  // Before 2026-07-28 null is how some servers write that there is none.
  std::optional<std::string_view> structured_value() const {
    auto const value = members_.find("structuredContent");
    if (value == std::string_view("null") && !is_modern(how_.upstream)) return std::nullopt;
    return value;
  }

  void structured(std::string_view value) {
    if (!structured_value() || !has_structured_content(how_.client)) return;
    bool const wrapped =
        !is_modern(how_.client) && (how_.wrap_structured || !is_object_text(value));
    auto& to = writer_.begin("structuredContent");
    if (wrapped) to += R"({"result":)";
    to += value;
    if (wrapped) to += '}';
  }

  // Structured output alone is nothing to a client, or model, that reads blocks only.
  void content(std::string_view value) {
    auto const structured = structured_value();
    bool const empty = value.find_first_not_of("[] \t\r\n") == std::string_view::npos;
    if (structured && empty) {
      auto& to = writer_.begin("content");
      to += R"([{"type":"text","text":)";
      json::append_string(to, *structured);
      to += "}]";
      return;
    }
    append_translated_blocks(writer_.begin("content"), value, how_.client);
  }

  json::Slices const& members_;
  ResultTranslation const& how_;
  MemberWriter writer_;
  TranslatedResult out_;
};

}  // namespace

Result<TranslatedResult> translate_result(std::string_view result, ResultTranslation const& how) {
  auto const members = slice_upstream(result, "the result");
  if (!members) return Failure(members.error());
  return ResultTranslator(*members, how, result.size()).run();
}

}  // namespace rampart::protocol
