// Short spellings for tests of schemas.
#pragma once
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "json/document.hpp"
#include "json/schema/schema.hpp"

namespace rampart::json::schema_test {

inline std::optional<SchemaViolation> check(Schema const& schema, std::string_view instance) {
  auto document = Document::parse_copy(instance);
  EXPECT_TRUE(document) << instance << ": " << document.error().message;
  if (!document) return SchemaViolation{"", "", "not JSON"};
  return schema.validate(document->root());
}

/// The message about `instance`, or "valid", or why the schema does not compile.
inline std::string message(std::string_view schema, std::string_view instance,
                           SchemaLimits limits = {}) {
  auto compiled = Schema::compile(schema, {}, limits);
  if (!compiled) return "does not compile: " + compiled.error().message;
  auto violation = check(*compiled, instance);
  return violation ? violation->message : "valid";
}

/// Why a schema does not compile.
inline std::string refusal(std::string_view schema, SchemaDocuments const& documents = {},
                           SchemaLimits limits = {}) {
  auto compiled = Schema::compile(schema, documents, limits);
  return compiled ? "compiles" : compiled.error().message;
}

}  // namespace rampart::json::schema_test
