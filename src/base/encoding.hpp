// Bytes as text: base64, base64url, hex, percent-encoding. Decoders accept exactly what the
// encoders can produce (hex and percent also in the other letter case), so that no value has two
// spellings.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace rampart::base {

/// RFC 4648 section 4, with padding.
std::string base64_encode(std::string_view bytes);
/// nullopt for white space, missing padding, other alphabets and unused bits that are not zero.
std::optional<std::string> base64_decode(std::string_view text);

/// RFC 4648 section 5, without padding.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

/// Lower case, two digits a byte.
std::string hex_encode(std::string_view bytes);
std::optional<std::string> hex_decode(std::string_view text);

/// RFC 3986 section 2.1. Everything but unreserved characters is encoded.
std::string percent_encode(std::string_view bytes);
/// A plus sign stays one. nullopt for a percent sign without two hexadecimal digits. The result may
/// hold any bytes, NUL and broken UTF-8 among them: check what it is used for.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace rampart::base
