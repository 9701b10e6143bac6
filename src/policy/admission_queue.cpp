#include "policy/admission_queue.hpp"

namespace rampart::policy {

std::string_view name(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return "none";
    case Refusal::queue_full:
      return "queue_full";
    case Refusal::too_late:
      return "too_late";
  }
  return "none";
}

}  // namespace rampart::policy
