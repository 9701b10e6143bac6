// What a connection owns only while a request is under way: its reader, its exchange and
// its outgoing bytes.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/live_exchange.hpp"
#include "http/request_reader.hpp"

namespace rampart::http {

struct Workspace {
  std::string_view unsent() const { return std::string_view(out).substr(sent); }

  std::unique_ptr<RequestReader> reader;  ///< null once the handler has forgotten its request
  std::optional<LiveExchange> exchange;   ///< while a handler answers
  std::string client_address;             ///< what the handler said; empty: the peer's
  std::string out;
  std::size_t sent = 0;  ///< bytes of `out` that the kernel has taken
};

/// The spare ones of a loop: connections take turns with them. Loop thread only.
class WorkspacePool {
 public:
  WorkspacePool(Limits const& limits, BodyBudget& budget) : limits_(limits), budget_(budget) {}
  std::unique_ptr<Workspace> take();
  std::unique_ptr<RequestReader> take_reader();
  void give_back(std::unique_ptr<Workspace> workspace);
  void give_back(std::unique_ptr<RequestReader> reader);

 private:
  Limits const& limits_;
  BodyBudget& budget_;
  std::vector<std::unique_ptr<Workspace>> spare_;  // with their readers
  std::vector<std::unique_ptr<RequestReader>> spare_readers_;
};

}  // namespace rampart::http
