#include "base/log_exception.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

#include "base/process_symbols.hpp"

namespace rampart::base {
namespace {

constexpr std::size_t max_causes = 8;

std::string current_type() {
  auto const* type = abi::__cxa_current_exception_type();
  return type == nullptr ? "unknown" : demangle(type->name());
}

// std::throw_with_nested throws a type of the library's own, derived from what it was given.
std::string thrown_type(std::exception const& e) {
  auto name = demangle(typeid(e).name());
  constexpr std::string_view wrapper = "std::_Nested_exception<";
  if (name.starts_with(wrapper) && name.ends_with('>'))
    name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
  return name;
}

// Fills type and message of one exception and returns what is nested in it, if anything.
std::exception_ptr look(std::exception_ptr const& what, std::string& type, std::string& message) {
  try {
    std::rethrow_exception(what);
  } catch (std::exception const& e) {
    type = thrown_type(e);
    message = e.what();
    if (auto const* nested = dynamic_cast<std::nested_exception const*>(&e)) {
      return nested->nested_ptr();
    }
  } catch (std::string const& text) {
    type = "std::string";
    message = text;
  } catch (char const* text) {
    type = "char const*";
    message = text;
  } catch (...) {
    type = current_type();
    message = "not a std::exception";
  }
  return nullptr;
}

}  // namespace

ExceptionInfo describe(std::exception_ptr const& what) {
  ExceptionInfo info;
  if (!what) {
    info.type = "none";
    return info;
  }
  auto frames = throw_site(what);
  auto next = look(what, info.type, info.message);
  while (next && info.causes.size() < max_causes) {
    if (auto inner = throw_site(next); !inner.empty()) frames = std::move(inner);
    auto& cause = info.causes.emplace_back();
    auto after = look(next, cause.type, cause.message);
    next = std::move(after);
  }
  info.stack = symbols_of(frames);
  return info;
}

}  // namespace rampart::base
