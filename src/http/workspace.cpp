#include "http/workspace.hpp"

#include <utility>

namespace rampart::http {
namespace {
constexpr std::size_t max_spare = 64;
constexpr std::size_t kept_out_bytes = 64 * 1024;

template <class T>
std::unique_ptr<T> take_last(std::vector<std::unique_ptr<T>>& spare) {
  if (spare.empty()) return nullptr;
  auto taken = std::move(spare.back());
  spare.pop_back();
  return taken;
}
}  // namespace

std::unique_ptr<Workspace> WorkspacePool::take() {
  auto workspace = take_last(spare_);
  if (!workspace) workspace = std::make_unique<Workspace>();
  if (!workspace->reader) workspace->reader = take_reader();
  return workspace;
}

std::unique_ptr<RequestReader> WorkspacePool::take_reader() {
  auto reader = take_last(spare_readers_);
  return reader ? std::move(reader) : std::make_unique<RequestReader>(limits_, budget_);
}

void WorkspacePool::give_back(std::unique_ptr<Workspace> workspace) {
  if (workspace->reader) workspace->reader->recycle();
  if (workspace->out.capacity() > kept_out_bytes) std::string().swap(workspace->out);
  workspace->client_address.clear();
  workspace->out.clear();
  workspace->sent = 0;
  if (spare_.size() < max_spare) spare_.push_back(std::move(workspace));
}

void WorkspacePool::give_back(std::unique_ptr<RequestReader> reader) {
  reader->recycle();
  if (spare_readers_.size() < max_spare) spare_readers_.push_back(std::move(reader));
}

}  // namespace rampart::http
