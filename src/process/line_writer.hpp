// Writes lines to a child's stdin on its loop: at once while the pipe has room, else from a queue
// that is bounded in bytes.
#pragma once
#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "async/loop.hpp"
#include "base/file_descriptor.hpp"
#include "process/line_reader.hpp"
#include "rampart/error.hpp"

namespace rampart::process {

/// Loop thread only.
class LineWriter : public std::enable_shared_from_this<LineWriter> {
 public:
  /// `on_broken`: nobody reads any more; called at most once, also from write().
  LineWriter(async::Loop& loop, base::FileDescriptor pipe, std::size_t max_queue_bytes,
             std::function<void()> on_broken);

  /// See Child::write.
  Result<std::uint64_t> write(std::string line);
  /// Ends the stream after what is queued. Nothing can be written any more.
  void end();
  /// See Child::consumed_bytes.
  std::uint64_t consumed_bytes();
  std::uint64_t surely_read_bytes() const { return written_ - std::min(written_, capacity_); }
  void close();

 private:
  void flush();
  void wait();
  void sent(std::size_t bytes);

  std::uint64_t const capacity_;  // bytes that the pipe holds at most
  LoopDescriptor pipe_;
  std::size_t const max_queue_bytes_;
  std::function<void()> const on_broken_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  std::size_t front_sent_ = 0;  // bytes of the first line that are written already
  std::uint64_t accepted_ = 0;  // bytes, since the start
  std::uint64_t written_ = 0;
  bool ending_ = false;
  bool broken_ = false;
};

}  // namespace rampart::process
