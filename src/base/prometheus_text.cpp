#include "base/prometheus_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log_text.hpp"

namespace rampart::base {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

void append_escaped(std::string& out, std::string_view text, bool quotes_too) {
  for (char const c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes_too) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

// name{label="value",…,le="0.5"} 7
void append_sample(std::string& out, FamilySpec const& spec, std::string_view suffix,
                   SeriesSnapshot const& series, std::string_view le, double value) {
  out += spec.name;
  out += suffix;
  char separator = '{';
  for (std::size_t i = 0; i < spec.labels.size(); ++i) {
    out += std::exchange(separator, ',');
    out += spec.labels[i].name;
    out += "=\"";
    append_escaped(out, series.labels[i], true);
    out += '"';
  }
  if (!le.empty()) {
    out += std::exchange(separator, ',');
    out += "le=\"";
    out += le;
    out += '"';
  }
  if (separator == ',') out += '}';
  out += ' ';
  out += sample_value(value);
  out += '\n';
}

void append_histogram(std::string& out, FamilySpec const& spec, SeriesSnapshot const& series) {
  for (std::size_t i = 0; i < spec.buckets.size(); ++i) {
    append_sample(out, spec, "_bucket", series, sample_value(spec.buckets[i]),
                  static_cast<double>(series.cumulative[i]));
  }
  auto const count = static_cast<double>(series.cumulative.back());
  append_sample(out, spec, "_bucket", series, "+Inf", count);
  append_sample(out, spec, "_sum", series, "", series.sum);
  append_sample(out, spec, "_count", series, "", count);
}

}  // namespace

bool is_metric_name(std::string_view name) {
  return !name.empty() && !digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return letter(c) || digit(c) || c == ':';
  });
}

bool is_label_name(std::string_view name) {
  return is_metric_name(name) && name.find(':') == std::string_view::npos &&
         !name.starts_with("__") && name != "le";
}

std::string sample_value(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::string text;
  append_number(text, value);
  return text;
}

void append_family(std::string& out, FamilyBase const& family) {
  auto const& spec = family.spec();
  out += "# HELP ";
  out += spec.name;
  out += ' ';
  append_escaped(out, spec.help, false);
  out += "\n# TYPE ";
  out += spec.name;
  out += ' ';
  out += to_string(family.type());
  out += '\n';
  for (auto const& series : family.collect()) {
    if (family.type() == MetricType::histogram) {
      append_histogram(out, spec, series);
    } else {
      append_sample(out, spec, "", series, "", series.value);
    }
  }
}

}  // namespace rampart::base
