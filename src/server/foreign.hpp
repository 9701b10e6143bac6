// An entry of the catalogue that another server answers for: an upstream's tool, resource or
// prompt. The dispatcher treats it like one of our own up to the point where a handler would run.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rampart/context.hpp"
#include "rampart/task.hpp"

namespace rampart::server {

struct Prompt;
struct Rendered;
struct Resource;
struct Tool;

/// Runs on the loop of the request; may be entered again with the client's answers, as any handler.
/// How long after its time a kept answer may still be given; 0: never.
struct Staleness {
  std::chrono::milliseconds while_revalidate{0};  ///< at once, while a new one is fetched
  std::chrono::milliseconds if_error{0};          ///< when the server behind it cannot answer
};

/// How answers to a resources/read may be kept.
struct Keeping {
  std::string revision;  ///< of the resource: what was kept under another is not asked for again
  Staleness stale = {};
};

/// Does the failure say that the server behind the entry could not answer? A withdrawn or wrong
/// call does not.
bool is_away(Error const& failure);

class Foreign {
 public:
  virtual ~Foreign() = default;
  /// `input`: the JSON object `arguments` as the client wrote it (tools, prompts), or the URI
  /// (resources). Members of the result are those of the client's revision.
  virtual Task<Result<Rendered>> run(Context context, std::string input) = 0;
  /// completion/complete for an argument of this entry; `members` are those of params but `ref`.
  virtual Task<Result<Rendered>> complete(Context context, std::string members) = 0;
  virtual bool completes() const = 0;
  /// The longest a run may take; what waits for a person is not counted.
  virtual std::chrono::milliseconds limit() const = 0;
  /// Of a resource; nothing: its answers are not kept.
  virtual std::optional<Keeping> keeping(std::string_view /*uri*/) const { return std::nullopt; }
  /// Of a tool's answers, if they are kept.
  virtual Staleness staleness() const { return {}; }
};

/// Everything one upstream brings into the catalogue, in its order.
struct ForeignSet {
  std::vector<std::shared_ptr<Tool const>> tools;
  std::vector<std::shared_ptr<Resource const>> resources;
  std::vector<std::shared_ptr<Resource const>> templates;
  std::vector<std::shared_ptr<Prompt const>> prompts;
};

}  // namespace rampart::server
