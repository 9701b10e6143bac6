// How the fields of one log line become text. Used by log.cpp only.
#pragma once
#include <string>
#include <string_view>

#include "base/log.hpp"

namespace rampart::base {

/// Appends fields to one line within the bounds of LogOptions, redacting what is cut.
class FieldWriter {
 public:
  FieldWriter(std::string& out, LogOptions const& options, Secrets const& secrets)
      : out_(out), options_(options), secrets_(secrets), start_(out.size()) {}

  void add(Field const& field);
  /// Names how many fields were left out, if any.
  void finish();

 private:
  void add_json(Field const& field);
  void add_console(Field const& field);
  void append_text(std::string_view text, bool always_quoted);
  std::string cut(std::string_view text) const;

  std::string& out_;
  LogOptions const& options_;
  Secrets const& secrets_;
  std::size_t start_;
  std::size_t left_out_ = 0;
};

}  // namespace rampart::base
