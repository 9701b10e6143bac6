// An entry of the catalogue that another server answers for: an upstream's tool, resource or
// prompt. The dispatcher treats it like one of our own up to the point where a handler would run.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "rampart/context.hpp"
#include "rampart/task.hpp"

namespace rampart::server {

struct Prompt;
struct Rendered;
struct Resource;
struct Tool;

/// Runs on the loop of the request; may be entered again with the client's answers, as any handler.
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
};

/// Everything one upstream brings into the catalogue, in its order.
struct ForeignSet {
  std::vector<std::shared_ptr<Tool const>> tools;
  std::vector<std::shared_ptr<Resource const>> resources;
  std::vector<std::shared_ptr<Resource const>> templates;
  std::vector<std::shared_ptr<Prompt const>> prompts;
};

}  // namespace rampart::server
