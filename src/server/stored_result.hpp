// A result as the caches keep it: in memory, and in a shared cache with the format's name in front.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "server/call.hpp"

namespace rampart::server {

std::string stored_form(Rendered const& rendered);
/// Of what stored_form() gave.
Rendered restored(std::string_view stored);

/// What a shared cache keeps: "rampart-result-1\n" and the stored form. Whoever changes the form
/// changes the number.
std::string framed(std::string_view stored);
/// The stored form in bytes that another process wrote; nothing when they are of another format or
/// damaged.
std::optional<std::string> unframed(std::string_view bytes);

}  // namespace rampart::server
