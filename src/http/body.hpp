// Where a request body goes: a string that grows as bytes arrive, within this request's limit and
// the process's budget, and always has room for the padding that simdjson reads past the end.
#pragma once
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>
#include <boost/system/errc.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rampart::http {

inline constexpr std::size_t body_padding = 64;

/// Bytes of request bodies that the process holds. Any thread.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t limit) : limit_(limit) {}
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::size_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  std::size_t const limit_;
  std::atomic<std::size_t> held_{0};
};

/// One body. Its bytes count against the budget until clear(), also after the text was moved out.
class BodyText {
 public:
  BodyText() = default;
  BodyText(BodyText const&) = delete;
  BodyText& operator=(BodyText const&) = delete;
  ~BodyText() { clear(); }

  enum class Appended { ok, over_limit, over_budget };
  Appended append(std::string_view bytes);
  void clear();

  std::string text;
  std::size_t limit = 0;  ///< bytes
  BodyBudget* budget = nullptr;

 private:
  std::size_t held_ = 0;
};

/// The same as Beast's parser wants to see it. The text stays outside of the message, so that its
/// capacity outlives the parser; over the budget is reported as not_enough_memory.
struct PaddedBody {
  using value_type = BodyText*;

  class reader {
   public:
    template <bool is_request, class Fields>
    reader(boost::beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}

    // Nothing is reserved for a Content-Length: a peer pays for memory with bytes.
    void init(boost::optional<std::uint64_t> const&, boost::system::error_code& ec) { ec = {}; }

    template <class Buffers>
    std::size_t put(Buffers const& buffers, boost::system::error_code& ec) {
      ec = {};
      std::size_t used = 0;
      for (auto it = boost::asio::buffer_sequence_begin(buffers);
           it != boost::asio::buffer_sequence_end(buffers) && !ec; ++it) {
        boost::asio::const_buffer const piece = *it;
        append({static_cast<char const*>(piece.data()), piece.size()}, ec);
        if (!ec) used += piece.size();
      }
      return used;
    }

    void finish(boost::system::error_code& ec) { ec = {}; }

   private:
    void append(std::string_view bytes, boost::system::error_code& ec) {
      auto const done = body_->append(bytes);
      if (done == BodyText::Appended::over_limit) ec = boost::beast::http::error::body_limit;
      if (done == BodyText::Appended::over_budget)
        ec = make_error_code(boost::system::errc::not_enough_memory);
    }
    value_type& body_;
  };
};

}  // namespace rampart::http
