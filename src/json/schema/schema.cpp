#include "json/schema/schema.hpp"

#include <utility>

#include "json/schema/compiler.hpp"
#include "json/schema/problem.hpp"
#include "json/schema/program.hpp"
#include "json/schema/resources.hpp"
#include "json/schema/validator.hpp"

namespace rampart::json {

struct Schema::Compiled {
  SchemaLimits limits;
  Program program;
};

Result<Schema> Schema::compile(std::string_view text, SchemaDocuments const& documents,
                               SchemaLimits limits, PatternPolicy patterns) {
  if (text.size() > limits.max_bytes)
    return fail(Errc::invalid_params,
                "schema: longer than " + std::to_string(limits.max_bytes) + " bytes");
  auto compiled = std::make_unique<Compiled>();
  compiled->limits = limits;
  Problem problem;
  Resources resources(documents, problem);
  auto root = resources.load_root(text);
  if (root && !problem.found()) {
    Compiler compiler(resources, compiled->program, problem, compiled->limits, patterns);
    compiler.compile(*root);
  }
  if (problem.found()) return fail(problem.take());
  return Schema(std::move(compiled));
}

std::optional<SchemaViolation> Schema::validate(Node instance) const {
  return Validator(compiled_->program, compiled_->limits).run(instance);
}

std::vector<std::string> const& Schema::skipped() const { return compiled_->program.skipped; }

Schema::Schema(std::unique_ptr<Compiled const> compiled) : compiled_(std::move(compiled)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

}  // namespace rampart::json
