// RESP2 by hiredis's formatter and reader, which do no I/O: commands to bytes, bytes to replies.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rampart/error.hpp"

struct redisReader;

namespace rampart::redis {

struct Reply {
  enum class Kind { text, error, integer, nil, array };
  Kind kind = Kind::nil;
  std::string text = {};  ///< of text and error ("WRONGPASS invalid username-password pair…")
  std::int64_t integer = 0;
};

/// The bytes of one command.
std::string command(std::initializer_list<std::string_view> words);

/// Of one connection: after an error there is no way to find the next reply.
class ReplyReader {
 public:
  ReplyReader();

  void feed(std::string_view bytes);
  /// The next whole reply, or nothing yet. Errors: unavailable for bytes that are not RESP2. Of an
  /// array the elements are dropped: no command that is sent here has such a reply.
  Result<std::optional<Reply>> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace rampart::redis
