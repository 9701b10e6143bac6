// The thread's simdjson parsers: usually one, more only while documents are nested.
#pragma once
#include <simdjson.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace rampart::json {

/// After a document longer than this a parser and its buffers are given back (bytes); they take
/// about twelve times the longest document.
inline constexpr std::size_t largest_kept_document = 256 * 1024;
/// Parsers that a thread keeps while they are idle.
inline constexpr std::size_t kept_parsers = 3;

/// Belongs to one thread.
class Parsers {
 public:
  struct Slot {
    simdjson::dom::parser parser;
    std::string copy;  // for text that is not padded
    std::size_t length = 0;
    bool borrowed = false;
  };

  static Parsers& of_this_thread();

  /// The index of a parser that no living Document uses and that can take `length` bytes.
  std::size_t borrow(std::size_t length);
  void give_back(std::size_t index);
  Slot& at(std::size_t index) { return *slots_[index]; }

 private:
  std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace rampart::json
