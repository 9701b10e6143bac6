// Lines that a person types, without stopping the loop. Loop thread only.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "async/wake.hpp"
#include "process/line_reader.hpp"

namespace rampart::client {

class LineInput {
 public:
  static constexpr std::size_t max_line_bytes = 64 << 10;  ///< what is longer counts as no line

  /// Of standard input; null when that is no terminal.
  static std::unique_ptr<LineInput> of_terminal(async::Loop& loop);
  LineInput(async::Loop& loop, base::FileDescriptor terminal);

  /// The next line without its end; nullopt for ctrl-D, after which further lines may come.
  Task<std::optional<std::string>> next();
  /// Whoever waits gets nullopt, and so does everybody later.
  void interrupt();

 private:
  std::optional<std::string> take_line();
  bool read_more();

  process::LoopDescriptor terminal_;
  async::Wake wake_;
  std::string buffer_;
  bool interrupted_ = false;
  std::shared_ptr<bool> const alive_ = std::make_shared<bool>(true);
};

}  // namespace rampart::client
