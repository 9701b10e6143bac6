// A tool whose answers may be kept: the same arguments from the same caller are answered from the
// cache for CACHE_TTL, and many calls at once run it once. Failures are never kept.
#include <rampart/run.hpp>
#include <rampart/server.hpp>

#include <atomic>
#include <string>

struct Currency {
  std::string code;
  static constexpr auto fields = rampart::fields(
      rampart::required<&Currency::code>("ISO 4217 code", rampart::Pattern{"^[A-Z]{3}$"}));
};

std::atomic<int> lookups = 0;

std::string exchange_rate(Currency const& currency) {
  return "1 EUR = 1.25 " + currency.code + " (lookup " + std::to_string(++lookups) + ")";
}

int main(int argc, char** argv) {
  rampart::Server server("rates", "1.0.0");
  server.tool("exchange_rate", "Today's exchange rate of the euro.", exchange_rate)
      .read_only()
      .revision("2")  // a new revision asks anew
      .cacheable([](rampart::ToolResult& kept) {
        kept.content.push_back(rampart::Content::text("(from the cache)"));
      });
  return rampart::run(server, argc, argv);
}
