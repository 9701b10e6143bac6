#include "upstream/connection.hpp"

#include "json/write.hpp"
#include "upstream/connection_core.hpp"

namespace rampart::upstream {

Connection::Connection(async::Loop& loop, std::unique_ptr<Link> link, ConnectionOptions options,
                       Hooks hooks)
    : core_(std::make_shared<ConnectionCore>(loop, std::move(link), std::move(options),
                                             std::move(hooks))) {}

Connection::~Connection() { core_->shut(); }

Task<Result<Greeting>> Connection::open() { return ConnectionCore::open(core_); }
bool Connection::died_of_probe() const { return core_->died_of_probe_; }
bool Connection::slow_to_start() const { return core_->slow_to_start_; }
bool Connection::not_streamable() const { return core_->not_streamable_; }
std::optional<Greeting> const& Connection::greeting() const { return core_->greeting_; }

std::shared_ptr<Exchange> Connection::request(Request request) {
  return core_->send(std::move(request), Exchange::Role::ordinary);
}

std::shared_ptr<Exchange> Connection::listen(bool tools, bool prompts, bool resources,
                                             std::vector<std::string> const& uris) {
  std::string filter;
  auto add = [&filter](std::string_view member) {
    if (!filter.empty()) filter += ',';
    filter += member;
  };
  if (tools) add(R"("toolsListChanged":true)");
  if (prompts) add(R"("promptsListChanged":true)");
  if (resources) add(R"("resourcesListChanged":true)");
  if (!uris.empty()) {
    add(R"("resourceSubscriptions":[)");
    for (auto const& uri : uris) {
      if (filter.back() != '[') filter += ',';
      json::append_string(filter, uri);
    }
    filter += ']';
  }
  Request request;
  request.method = "subscriptions/listen";
  request.params = R"("notifications":{)" + filter + "}";
  request.capabilities = core_->options_.capabilities;
  return core_->send(std::move(request), Exchange::Role::listen);
}

void Connection::notify(std::string_view method, std::string_view params_members) {
  core_->notify(method, params_members);
}
void Connection::set_log_level(LogLevel level) { core_->set_log_level(level); }
void Connection::roots_changed() { core_->roots_changed(); }
bool Connection::unheard() const { return core_->unheard(); }
Task<void> Connection::hear_out() { return ConnectionCore::hear_out(core_); }
Task<Result<void>> Connection::check(base::Steady::time_point deadline) {
  return ConnectionCore::check(core_, deadline);
}

std::size_t Connection::in_flight() const { return core_->ordinary_; }
base::Steady::time_point Connection::last_activity() const { return core_->last_activity_; }
bool Connection::closed() const { return core_->closed_; }
bool Connection::ending() const {
  return core_->closed_ || core_->closing_ || core_->link_->ending();
}
Link& Connection::link() { return *core_->link_; }
void Connection::close() { core_->close(); }

}  // namespace rampart::upstream
