// What the official conformance suite expects to find on a server: names, texts and behaviour are
// the suite's. Each function adds one group of it; all of it is written as any author would.
#pragma once
#include "rampart/server.hpp"

namespace conformance {

/// Answers of every kind of content, schemas kept as they are, and list changes.
void add_content_tools(rampart::Server& server);
/// Progress, log messages and a stream that ends early: tools that take a while.
void add_paced_tools(rampart::Server& server);
/// Asking the client, as the scenarios of the stateful revisions name it.
void add_legacy_tools(rampart::Server& server);
/// The same, as the scenarios of 2026-07-28 name it.
void add_input_required_tools(rampart::Server& server);
void add_prompts(rampart::Server& server);
void add_resources(rampart::Server& server);

/// A PNG of one red pixel.
rampart::Bytes red_pixel();

}  // namespace conformance
