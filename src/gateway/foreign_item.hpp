// One entry of the catalogue whose answers come from an upstream.
#pragma once
#include <memory>

#include "gateway/bridge.hpp"
#include "server/foreign.hpp"

namespace rampart::gateway {

class ForeignItem final : public server::Foreign {
 public:
  /// `completes`: the upstream completes arguments of this prompt or template.
  ForeignItem(Bridge& bridge, Target target, bool completes);

  Task<Result<server::Rendered>> run(Context context, std::string input) override;
  Task<Result<server::Rendered>> complete(Context context, std::string members) override;
  bool completes() const override { return completes_; }
  std::chrono::milliseconds limit() const override;
  std::optional<server::Keeping> keeping(std::string_view uri) const override;
  server::Staleness staleness() const override;

 private:
  Bridge& bridge_;
  std::shared_ptr<Target const> target_;
  std::shared_ptr<Target const> completion_;
  bool const completes_;
};

/// Reads resources that no upstream lists: each upstream that has resources is asked in order,
/// until one knows it.
class UnlistedReader final : public server::Foreign {
 public:
  using Owners = std::vector<std::shared_ptr<upstream::Upstream>>;

  UnlistedReader(Bridge& bridge, Owners owners) : bridge_(bridge), owners_(std::move(owners)) {}

  Task<Result<server::Rendered>> run(Context context, std::string uri) override;
  Task<Result<server::Rendered>> complete(Context context, std::string members) override;
  bool completes() const override { return false; }
  std::chrono::milliseconds limit() const override;
  /// What all of its owners allow: which of them knows a URI is not known before.
  std::optional<server::Keeping> keeping(std::string_view uri) const override;

 private:
  Bridge& bridge_;
  Owners const owners_;
};

}  // namespace rampart::gateway
