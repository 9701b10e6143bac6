// Which kinds of JSON values a schema takes, as far as a person who types a value has to know. The
// server judges the rest.
#pragma once
#include <string>

#include "rampart/json.hpp"

namespace rampart::client {

struct Accepted {
  bool text = false;
  bool number = false;
  bool integer = false;  ///< whole numbers
  bool boolean = false;
  bool null = false;
  bool array = false;
  bool object = false;

  bool anything() const { return text && number && boolean && null && array && object; }
  /// "a number", "true or false, or null"
  std::string words() const;
  /// "NUMBER", for a synopsis
  std::string placeholder() const;
};

/// Follows `type`, `enum`, `const`, `anyOf`, `oneOf`, `allOf` and references into `root`. Whatever
/// says nothing about types takes anything.
Accepted accepted(Node schema, Node root);
/// `schema`, or what its `$ref` into `root` names.
Node resolved(Node schema, Node root);

}  // namespace rampart::client
