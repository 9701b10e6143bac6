// Reads one pipe of a child on its loop, and hands out lines. It never waits for anything else, so
// a child that is blocked on its stdin can always get rid of its output.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <functional>
#include <memory>

#include "async/loop.hpp"
#include "base/file_descriptor.hpp"
#include "process/line_splitter.hpp"

namespace rampart::process {

using LoopDescriptor =
    boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

/// Loop thread only. Its functions may close it.
class LineReader : public std::enable_shared_from_this<LineReader> {
 public:
  static constexpr std::size_t max_turn_bytes = 1 << 20;  ///< read before others have their turn

  LineReader(async::Loop& loop, base::FileDescriptor pipe, LineSplitter lines,
             std::function<void(LineSplitter::Line)> on_line, std::function<void()> on_end);

  void start() { wait(); }
  /// Reads what the pipe holds now, hands out what there is, and closes; on_end is not called.
  void finish();
  void close();

 private:
  enum class State { more, empty, end };
  void wait();
  void turn();
  State read(std::size_t most);
  void hand_out(std::string_view bytes);
  void hand_out_rest();

  LoopDescriptor pipe_;
  LineSplitter lines_;
  std::function<void(LineSplitter::Line)> const on_line_;
  std::function<void()> const on_end_;
};

}  // namespace rampart::process
