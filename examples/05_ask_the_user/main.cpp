// Asking the user in the middle of a tool. A question is a plain call: until the answer is there it
// fails with needs_input, which the tool returns; then the tool runs again from its beginning, so
// side effects go into once().
#include <rampart/run.hpp>
#include <rampart/server.hpp>

#include <atomic>
#include <string>

struct Trip {
  std::string city;
  static constexpr auto fields = rampart::fields(rampart::required<&Trip::city>("Where to"));
};

struct Passenger {
  std::string name;
  bool window = true;
  static constexpr auto fields = rampart::fields(
      rampart::required<&Passenger::name>("Name on the ticket", rampart::Length{1, 60}),
      rampart::optional<&Passenger::window>("A seat at the window"));
};

struct Confirmation {
  bool pay = false;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Confirmation::pay>("Pay 49 euros now?"));
};

std::atomic<int> reservations = 0;
int reserve_seat() { return ++reservations; }

rampart::Result<std::string> book(Trip const& trip, rampart::Context& context) {
  int const seat = context.once("seat", [] { return reserve_seat(); });

  auto passenger = context.elicit<Passenger>("passenger", "Who travels to " + trip.city + "?");
  if (!passenger) return rampart::fail(passenger.error());

  auto confirmed = context.elicit<Confirmation>("confirm", "Shall the ticket be paid?");
  if (!confirmed) return rampart::fail(confirmed.error());
  if (!confirmed->pay) return "Seat " + std::to_string(seat) + " was given back.";
  return passenger->name + " goes to " + trip.city + ", seat " + std::to_string(seat) +
         (passenger->window ? " at the window" : "");
}

int main(int argc, char** argv) {
  rampart::Server server("trains", "1.0.0");
  server.tool("book", "Books a train ticket; asks who travels and whether to pay.", book);
  return rampart::run(server, argc, argv);
}
