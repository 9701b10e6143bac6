// What docs/testing.md shows, run.
#include <gtest/gtest.h>
#include <rampart/server.hpp>
#include <rampart/testing.hpp>

#include <thread>

namespace {

struct Forecast {
  std::string city;
  int days = 1;
  static constexpr auto fields = rampart::fields(rampart::required<&Forecast::city>("City"),
                                                 rampart::optional<&Forecast::days>("Days"));
};
struct Booking {
  std::string at;
  int people = 1;
  static constexpr auto fields = rampart::fields(rampart::required<&Booking::at>("When"),
                                                 rampart::required<&Booking::people>("How many"));
};

rampart::Server make_my_server() {
  rampart::Server server("mine", "1");
  server.tool("forecast", "Tells the weather", [](Forecast const&) { return std::string("rain"); });
  server.tool("book", "Books a table",
              [](rampart::Context& context) -> rampart::Result<std::string> {
                auto const booking = context.elicit<Booking>("table", "Book the table?");
                if (!booking) return rampart::fail(booking.error());
                return std::string("booked");
              });
  server.tool("report", "Reports", [] { return std::string("all is well"); }).cacheable();
  server.tool("slow", "Takes its time", [](rampart::Context& context) {
    while (!context.stop_token().stop_requested()) std::this_thread::yield();
    return std::string();
  });
  return server;
}

TEST(TestingDocs, ACall) {
  rampart::Server server = make_my_server();
  rampart::testing::Client client(server);

  auto reply = client.call("forecast", R"({"city":"Oslo","days":3})");
  EXPECT_EQ(reply.text(), "rain");
}

TEST(TestingDocs, AskingTheUser) {
  rampart::Server server = make_my_server();
  for (std::string version : {"2025-11-25", "2026-07-28"}) {
    rampart::testing::Options options;
    options.protocol_version = version;
    rampart::testing::Client client(server, options);
    client.on_question([](rampart::testing::Question const& question) {
      EXPECT_EQ(question.message(), "Book the table?");
      return rampart::testing::accept(Booking{"19:00", 2});
    });
    EXPECT_EQ(client.call("book").text(), "booked");
  }
}

TEST(TestingDocs, Time) {
  rampart::Server server = make_my_server();
  rampart::testing::FakeClock clock;
  rampart::testing::Options options;
  options.clock = &clock;
  options.cache_ttl = std::chrono::seconds(60);
  rampart::testing::Client client(server, options);

  client.call("report");
  client.call("report");
  EXPECT_EQ(client.cache_counts().hits, 1);
  client.advance(std::chrono::seconds(60));
  client.call("report");
  EXPECT_EQ(client.cache_counts().misses, 2);
}

TEST(TestingDocs, Cancellation) {
  rampart::Server server = make_my_server();
  rampart::testing::Client client(server);
  auto pending = client.start_call("slow");
  EXPECT_FALSE(pending.done());
  pending.cancel();
  EXPECT_EQ(pending.reply().response(), "");  // a cancelled call gets no answer
}

}  // namespace
