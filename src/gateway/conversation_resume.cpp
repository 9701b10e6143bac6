// What the client's answers go on with: a parked call of an older upstream, another round of a
// modern one, or the call that wanted a page to be opened first.
#include "gateway/conversation.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"

namespace rampart::gateway {
namespace {

Failure state_lost() {
  return fail(
      Errc::state_rejected,
      "the call this answer belongs to is gone: it was answered already, waited too long, or its "
      "server ended");
}

}  // namespace

Result<void> Conversation::resume() {
  if (auto const parked = state_.memo(memo::parked))
    return resume_parked(json::string_of(*parked).value_or(""));
  if (state_.memo(memo::asked)) return resume_modern();
  if (state_.memo(memo::urls)) return resume_after_urls();
  // Answers that belong to no question of ours are the upstream's to judge.
  std::string responses;
  auto const& greeting = target_.upstream->greeting();
  if (greeting && greeting->modern())
    for (auto const& [key, answer] : state_.answers()) {
      if (!responses.empty()) responses += ',';
      (responses += json::quoted(key)) += ':';
      responses += answer.json;
    }
  start(responses.empty() ? responses : R"(,"inputResponses":{)" + responses + "}");
  return {};
}

Result<void> Conversation::resume_parked(std::string const& id) {
  auto parked = parking_.take(id, state_.facts.principal);
  if (!parked) return state_lost();
  continued_ = true;
  state_.continues();
  run_ = std::move(parked->run);
  bool missing = false;
  for (auto const& [key, question] : parked->questions) {
    if (state_.answer(key)) continue;
    missing = true;
    put_question(key, question.method, question.params);
  }
  if (missing) {
    questions_ = std::move(parked->questions);
    return Failure(park().error());
  }
  for (auto const& [key, question] : parked->questions) {
    auto const answer = state_.answer(key);
    if (answer->is_error) {
      run_->answer(question.upstream_id, answer->json, true);
      continue;
    }
    auto const translated = protocol::translate_answer(question.method, answer->json);
    if (!translated) return Failure(translated.error());
    run_->answer(question.upstream_id, *translated, false);
  }
  return {};
}

// The upstream keeps nothing: the same call goes out once more, with the answers and its own state.
Result<void> Conversation::resume_modern() {
  auto const memo = *state_.memo(memo::asked);
  auto const asked = json::slice_valid_object(memo);
  if (!asked) return state_lost();
  std::string responses;
  for (auto const& [key, method] : asked->members()) {
    auto const answer = state_.answer(key);
    if (!answer) continue;  // the upstream asks again
    auto const name = json::string_of(method).value_or("");
    auto translated = answer->is_error ? protocol::answer_of_error(name, answer->json)
                                       : protocol::translate_answer(name, answer->json);
    if (!translated) return Failure(translated.error());
    if (!responses.empty()) responses += ',';
    (responses += json::quoted(key)) += ':';
    responses += *translated;
  }
  std::string extra = R"(,"inputResponses":{)" + responses + "}";
  if (auto const kept = state_.memo(memo::state); kept && *kept != "null")
    extra += R"(,"requestState":)" + *kept;
  state_.continues();
  start(std::move(extra));
  return {};
}

Result<void> Conversation::resume_after_urls() {
  auto const memo = *state_.memo(memo::urls);
  auto const keys = json::slice_valid_object(memo);
  for (auto const& [key, value] : keys->members()) {
    auto const answer = state_.answer(key);
    auto const members = answer && !answer->is_error
                             ? json::slice_valid_object(answer->json)
                             : Result<json::Slices>(fail(Errc::declined, {}));
    if (!members || members->find("action") != R"("accept")")
      return fail(Errc::declined, "the page that this call needs was not opened");
  }
  start({});
  return {};
}

}  // namespace rampart::gateway
