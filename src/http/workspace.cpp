#include "http/workspace.hpp"

#include <utility>

namespace rampart::http {
namespace {
constexpr std::size_t max_spare = 64;
constexpr std::size_t kept_out_bytes = 64 * 1024;
}  // namespace

std::unique_ptr<Workspace> WorkspacePool::take() {
  if (spare_.empty()) return std::make_unique<Workspace>(limits_, budget_);
  auto workspace = std::move(spare_.back());
  spare_.pop_back();
  return workspace;
}

void WorkspacePool::give_back(std::unique_ptr<Workspace> workspace) {
  workspace->reader.trim();
  workspace->reader.next();
  if (workspace->out.capacity() > kept_out_bytes) std::string().swap(workspace->out);
  workspace->out.clear();
  workspace->sent = 0;
  if (spare_.size() < max_spare) spare_.push_back(std::move(workspace));
}

}  // namespace rampart::http
