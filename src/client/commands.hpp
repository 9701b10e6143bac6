// The commands for people: each opens a session, does one thing, and says how it went.
#pragma once
#include <string>
#include <vector>

#include "client/arguments.hpp"
#include "client/lists.hpp"
#include "client/session.hpp"

namespace rampart::client {

/// What to do with the server, as the command line said it.
struct Command {
  enum class Verb { call, list, read, prompt };
  Verb verb = Verb::list;
  std::string name;                  ///< of the tool or prompt, or the URI; empty for list
  std::vector<Word> words = {};      ///< arguments
  std::vector<ListKind> lists = {};  ///< of list; empty: all
};

/// Opens the session, runs the command, prints what came, and closes.
Task<Status> run(Session& session, Command command, Console const& console);

}  // namespace rampart::client
