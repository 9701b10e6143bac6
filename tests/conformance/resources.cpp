// Resources: text, binary, one to subscribe to, and a template.
#include <string>

#include "fixture.hpp"
#include "rampart/json.hpp"

namespace conformance {
namespace {

struct Data {
  std::string id;
  bool templateTest = true;
  std::string data;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Data::id>("The id in the URI"),
                      rampart::required<&Data::templateTest>("Always true"),
                      rampart::required<&Data::data>("What the id stands for"));
};

rampart::ResourceContents data_of(rampart::Variables const& variables) {
  auto const& id = variables.at("id");
  Data const data{id, true, "Data for ID: " + id};
  return rampart::ResourceContents::text({}, rampart::encode(data), "application/json");
}

}  // namespace

void add_resources(rampart::Server& server) {
  server
      .resource("test://static-text", "Static text",
                [] { return "This is the content of the static text resource."; })
      .description("Text that never changes.")
      .mime_type("text/plain");
  server
      .resource("test://static-binary", "Static image",
                [] { return rampart::ResourceContents::blob({}, red_pixel(), "image/png"); })
      .description("A PNG of one red pixel.")
      .mime_type("image/png");
  server
      .resource("test://watched-resource", "Watched resource",
                [] { return "Clients may subscribe to this resource."; })
      .description("A resource to subscribe to.")
      .mime_type("text/plain");
  server.resource_template("test://template/{id}/data", "Data by id", data_of)
      .description("The data that belongs to an id.")
      .mime_type("application/json");
}

}  // namespace conformance
