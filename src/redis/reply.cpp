#include "redis/reply.hpp"

#include <hiredis/hiredis.h>

#include <new>
#include <vector>

namespace rampart::redis {
namespace {
Reply reply_of(redisReply const& from) {
  Reply out;
  switch (from.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      out.kind = Reply::Kind::text;
      break;
    case REDIS_REPLY_ERROR:
      out.kind = Reply::Kind::error;
      break;
    case REDIS_REPLY_INTEGER:
      out.kind = Reply::Kind::integer;
      out.integer = from.integer;
      return out;
    case REDIS_REPLY_ARRAY:
      out.kind = Reply::Kind::array;
      return out;
    default:
      return out;
  }
  out.text.assign(from.str, static_cast<std::size_t>(from.len));
  return out;
}
}  // namespace

std::string command(std::initializer_list<std::string_view> words) {
  std::vector<char const*> texts;
  std::vector<std::size_t> sizes;
  for (auto const word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* formatted = nullptr;
  auto const size = redisFormatCommandArgv(&formatted, static_cast<int>(texts.size()), texts.data(),
                                           sizes.data());
  if (size < 0) throw std::bad_alloc();
  std::unique_ptr<char, void (*)(char*)> const owned(formatted, redisFreeCommand);
  return std::string(formatted, static_cast<std::size_t>(size));
}

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader() : reader_(redisReaderCreate()) {
  if (!reader_) throw std::bad_alloc();
}

void ReplyReader::feed(std::string_view bytes) {
  // What it cannot take is an error of next().
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

Result<std::optional<Reply>> ReplyReader::next() {
  void* found = nullptr;
  if (redisReaderGetReply(reader_.get(), &found) != REDIS_OK)
    return fail(Errc::unavailable, "it does not speak Redis's protocol", reader_->errstr);
  if (!found) return std::optional<Reply>();
  std::unique_ptr<void, void (*)(void*)> const owned(found, freeReplyObject);
  return std::optional(reply_of(*static_cast<redisReply const*>(found)));
}

}  // namespace rampart::redis
