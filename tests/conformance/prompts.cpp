// Prompts: plain, with arguments that complete, with other content than text, and one that asks the
// user first.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fixture.hpp"

namespace conformance {
namespace {

using rampart::Content;
using rampart::Messages;
using rampart::PromptMessage;
using rampart::Result;

struct TwoArguments {
  std::string arg1;
  std::string arg2;
  static constexpr auto fields =
      rampart::fields(rampart::required<&TwoArguments::arg1>("First test argument"),
                      rampart::required<&TwoArguments::arg2>("Second test argument"));
};

struct ResourceArgument {
  std::string resourceUri;
  static constexpr auto fields = rampart::fields(
      rampart::required<&ResourceArgument::resourceUri>("URI of the resource to embed"));
};

struct UserContext {
  std::string context;
  static constexpr auto fields =
      rampart::fields(rampart::required<&UserContext::context>("What the prompt should know"));
};

std::string with_arguments(TwoArguments const& args) {
  return "Prompt with arguments: arg1='" + args.arg1 + "', arg2='" + args.arg2 + "'";
}

Messages with_resource(ResourceArgument const& args) {
  auto contents =
      rampart::ResourceContents::text(args.resourceUri, "Embedded resource content for testing.");
  return {PromptMessage::user(Content::resource(std::move(contents))),
          PromptMessage::user("Please process the embedded resource above.")};
}

Messages with_image() {
  return {PromptMessage::user(Content::image(red_pixel(), "image/png")),
          PromptMessage::user("Please analyze the image above.")};
}

Result<std::string> after_asking(rampart::Context& context) {
  auto answer = context.elicit<UserContext>("user_context", "What context should the prompt use?");
  if (!answer) return rampart::fail(answer.error());
  return "Use this context: " + answer->context;
}

std::vector<std::string> cities(std::string_view typed, std::map<std::string, std::string> const&) {
  std::vector<std::string> out;
  for (std::string_view city : {"paris", "park", "party"})
    if (city.starts_with(typed)) out.emplace_back(city);
  return out;
}

}  // namespace

void add_prompts(rampart::Server& server) {
  server.prompt("test_simple_prompt", "A prompt without arguments.",
                [] { return "This is a simple prompt for testing."; });
  server.prompt("test_prompt_with_arguments", "A prompt with two arguments.", with_arguments);
  server.complete_prompt("test_prompt_with_arguments", "arg1", cities);
  server.prompt("test_prompt_with_embedded_resource", "A prompt that embeds a resource.",
                with_resource);
  server.prompt("test_prompt_with_image", "A prompt that holds an image.", with_image);
  server.prompt("test_input_required_result_prompt", "A prompt that asks the user first.",
                after_asking);
}

}  // namespace conformance
