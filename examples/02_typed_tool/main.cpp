// A tool with typed arguments and a typed answer. The structs are the schemas, the documentation
// and the validation; a failure is a value, and the model reads its sentence.
#include <rampart/run.hpp>
#include <rampart/server.hpp>

#include <optional>
#include <string>
#include <vector>

enum class Unit { celsius, fahrenheit };

struct Query {
  std::string city;
  int days = 3;
  Unit unit = Unit::celsius;
  std::optional<std::string> language;
  static constexpr auto fields = rampart::fields(
      rampart::required<&Query::city>("City name, for example Oslo", rampart::Length{1, 100}),
      rampart::optional<&Query::days>("How many days ahead", rampart::Range{1, 7}),
      rampart::optional<&Query::unit>("Unit of the temperatures"),
      rampart::optional<&Query::language>("Language tag, for example en"));
};

struct Day {
  int day = 0;
  double high = 0;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Day::day>("Days from today"),
                      rampart::required<&Day::high>("Highest temperature of the day"));
};

struct Forecast {
  std::string city;
  std::vector<Day> days;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Forecast::city>("The city that was found"),
                      rampart::required<&Forecast::days>("One entry a day"));
};

rampart::Result<Forecast> forecast(Query const& query) {
  if (query.city != "Oslo")
    return rampart::fail(rampart::Errc::tool_failed,
                         "No weather station in " + query.city + "; try Oslo.");
  Forecast out{query.city, {}};
  for (int day = 1; day <= query.days; ++day) {
    double const celsius = 18.5 + day;
    out.days.push_back(Day{day, query.unit == Unit::celsius ? celsius : celsius * 9 / 5 + 32});
  }
  return out;
}

int main(int argc, char** argv) {
  rampart::Server server("weather", "1.0.0");
  server.instructions("Ask for the forecast before you advise on clothing.");
  server.tool("forecast", "Weather forecast for a city.", forecast)
      .title("Weather forecast")
      .read_only()
      .idempotent()
      .open_world(false);
  return rampart::run(server, argc, argv);
}
