// Resources that clients read, a template that stands for many of them, and a prompt whose argument
// completes. Adding a note tells the clients that listen.
#include <rampart/run.hpp>
#include <rampart/server.hpp>

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

/// Handlers run on several threads at once.
class Notes {
 public:
  void put(std::string const& name, std::string text) {
    std::lock_guard const lock(mutex_);
    notes_[name] = std::move(text);
  }
  rampart::Result<std::string> get(std::string const& name) const {
    std::lock_guard const lock(mutex_);
    auto const it = notes_.find(name);
    if (it == notes_.end()) return rampart::fail(rampart::Errc::resource_not_found, "no such note");
    return it->second;
  }
  std::vector<std::string> names(std::string_view prefix) const {
    std::lock_guard const lock(mutex_);
    std::vector<std::string> out;
    for (auto const& [name, text] : notes_)
      if (name.starts_with(prefix)) out.push_back(name);
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> notes_{{"shopping", "milk, bread"}, {"shed", "paint it"}};
};

struct Note {
  std::string name;
  std::string text;
  static constexpr auto fields = rampart::fields(rampart::required<&Note::name>("Name of the note"),
                                                 rampart::required<&Note::text>("What it says"));
};
struct Summary {
  std::string note;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Summary::note>("Which note to summarise"));
};

int main(int argc, char** argv) {
  Notes notes;
  rampart::Server server("notes", "1.0.0");
  server.resource("notes://about", "About", [] { return "Short notes, kept in memory."; })
      .description("What this server keeps.")
      .mime_type("text/plain");
  server
      .resource_template("notes://note/{name}", "Note",
                         [&](rampart::Variables const& uri) { return notes.get(uri.at("name")); })
      .description("One note by its name.");
  server.tool("put_note", "Writes a note.", [&](Note const& note) {
    notes.put(note.name, note.text);
    server.resource_updated("notes://note/" + note.name);
    return "kept";
  });
  server.prompt("summarise", "Asks for a summary of a note.", [&](Summary const& args) {
    auto text = notes.get(args.note);
    return "Summarise this in one sentence:\n" + text.value_or("(there is no such note)");
  });
  auto const complete = [&](std::string_view typed, auto const&) { return notes.names(typed); };
  server.complete_prompt("summarise", "note", complete);
  server.complete_resource("notes://note/{name}", "name", complete);
  return rampart::run(server, argc, argv);
}
