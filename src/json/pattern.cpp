#include "json/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <re2/re2.h>

#include <array>
#include <utility>

#include "json/pattern_translate.hpp"

namespace rampart::json {
namespace {
// What one RE2 program may use (bytes). Patterns are few and small; RE2's own default is 8 MiB.
constexpr std::int64_t linear_memory = 4 << 20;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Code = std::unique_ptr<pcre2_code, Freed<pcre2_code_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data_free>>;

PCRE2_SPTR bytes(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::string reason(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<char const*>(text.data());
}

MatchContext limits(std::uint32_t match_limit) {
  MatchContext context(pcre2_match_context_create(nullptr));
  if (!context) return context;
  pcre2_set_match_limit(context.get(), match_limit);
  pcre2_set_depth_limit(context.get(), pattern_depth_limit);
  pcre2_set_heap_limit(context.get(), pattern_heap_limit);
  return context;
}
}  // namespace

class Pattern::Engine {
 public:
  virtual ~Engine() = default;
  virtual PatternMatch search(std::string_view text, std::uint32_t match_limit) const = 0;
  virtual bool backtracks() const = 0;
};

class Pattern::LinearEngine : public Engine {
 public:
  explicit LinearEngine(std::string const& pattern) : program_(pattern, options()) {}
  bool ok() const { return program_.ok(); }
  PatternMatch search(std::string_view text, std::uint32_t) const override {
    bool found = RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), program_);
    return found ? PatternMatch::yes : PatternMatch::no;
  }
  bool backtracks() const override { return false; }

 private:
  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(linear_memory);
    options.set_never_capture(true);
    return options;
  }
  RE2 program_;
};

class Pattern::BacktrackingEngine : public Engine {
 public:
  static Result<std::unique_ptr<Engine const>> compile(std::string const& pattern) {
    int error = 0;
    PCRE2_SIZE at = 0;
    // An unset backreference matches the empty string, as ECMA-262 has it.
    constexpr std::uint32_t options =
        PCRE2_UTF | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
    Code code(pcre2_compile(bytes(pattern), pattern.size(), options, &error, &at, nullptr));
    if (!code) return fail(Errc::invalid_params, "not a usable pattern: " + reason(error));
    return std::make_unique<BacktrackingEngine const>(std::move(code));
  }
  explicit BacktrackingEngine(Code code) : code_(std::move(code)) {}

  // Memory that cannot be had counts as a limit: neither yes nor no.
  PatternMatch search(std::string_view text, std::uint32_t match_limit) const override {
    MatchContext context = limits(match_limit);
    MatchData data(pcre2_match_data_create(1, nullptr));
    if (!context || !data) return PatternMatch::too_slow;
    int found = pcre2_match(code_.get(), bytes(text), text.size(), 0, 0, data.get(), context.get());
    if (found >= 0) return PatternMatch::yes;
    bool decided = found == PCRE2_ERROR_NOMATCH ||
                   (found <= PCRE2_ERROR_UTF8_ERR1 && found >= PCRE2_ERROR_UTF8_ERR21);
    return decided ? PatternMatch::no : PatternMatch::too_slow;
  }
  bool backtracks() const override { return true; }

 private:
  Code code_;
};

Result<Pattern> Pattern::compile(std::string_view ecma) {
  if (ecma.size() > max_pattern_bytes)
    return fail(Errc::invalid_params,
                "pattern is longer than " + std::to_string(max_pattern_bytes) + " bytes");
  auto translated = translate_pattern(ecma);
  if (!translated) return fail(std::move(translated.error()));
  if (!translated->needs_backtracking) {
    auto linear = std::make_unique<LinearEngine>(translated->text);
    if (linear->ok()) return Pattern(std::string(ecma), std::move(linear));
  }
  // Also what RE2 merely finds too large, such as a{1,4096}, and the properties it does not know.
  auto backtracking = BacktrackingEngine::compile(translated->text);
  if (!backtracking) return fail(std::move(backtracking.error()));
  return Pattern(std::string(ecma), std::move(*backtracking));
}

PatternMatch Pattern::search(std::string_view text, std::uint32_t match_limit) const {
  return engine_->search(text, match_limit);
}
bool Pattern::backtracks() const { return engine_->backtracks(); }

Pattern::Pattern(std::string source, std::unique_ptr<Engine const> engine)
    : source_(std::move(source)), engine_(std::move(engine)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

}  // namespace rampart::json
