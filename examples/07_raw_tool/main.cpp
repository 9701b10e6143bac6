// A tool with a schema of one's own: published as it stands and enforced before the function runs.
// For servers whose tools are known only at run time. Tools may be added and removed while the
// server runs.
#include <rampart/json_value.hpp>
#include <rampart/run.hpp>
#include <rampart/server.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

constexpr char point_schema[] = R"({
  "type": "object",
  "properties": {
    "points": {
      "type": "array",
      "items": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}],
                "items": false, "minItems": 2},
      "minItems": 1
    }
  },
  "required": ["points"]
})";

rampart::Result<rampart::ToolResult> centre(rampart::Json arguments, rampart::Context&) {
  auto value = rampart::to_value(arguments);
  if (!value) return rampart::fail(value.error());
  auto const& points = value->at("points").as_array();  // the schema has passed
  double x = 0, y = 0;
  for (auto const& point : points) {
    x += point.at(0).to_number<double>();
    y += point.at(1).to_number<double>();
  }
  auto const count = static_cast<double>(points.size());
  rampart::ToolResult result;
  result.structured = rampart::to_json({{"x", x / count}, {"y", y / count}});
  return result;
}

int main(int argc, char** argv) {
  rampart::Server server("geometry", "1.0.0");
  auto const number = R"({"type":"number"})";
  auto const output =
      std::string(R"({"type":"object","properties":{"x":)") + number + R"(,"y":)" + number + "}}";
  server
      .raw_tool("centre", "The centre of a set of points.",
                rampart::Json::parse(point_schema).value(), centre)
      .output_schema(rampart::Json::parse(output).value());
  server.tool("retire", "Removes the tool `centre`.",
              [&server] { return server.remove_tool("centre") ? "removed" : "it was not there"; });
  return rampart::run(server, argc, argv);
}
