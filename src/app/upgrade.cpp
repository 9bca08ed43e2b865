#include "app/upgrade.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>

#include "app/json.h"
#include "base/text.h"
#include "gateway/handed_client.h"

extern char** environ;

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Status;

constexpr std::string_view channel_variable = "ART32_HAND_OVER";
constexpr auto check_limit = std::chrono::seconds(30);    // configuration, certificates
constexpr auto start_limit = std::chrono::seconds(60);    // state and ledger
constexpr auto give_up_limit = std::chrono::minutes(10);  // audits and commands under way end first
constexpr auto say_limit = std::chrono::seconds(5);

// The messages' types.
constexpr std::uint8_t listeners = 'L';
constexpr std::uint8_t prepared = 'P';
constexpr std::uint8_t refused = 'F';
constexpr std::uint8_t go_ahead = 'G';
constexpr std::uint8_t is_ready = 'R';

// What an inherited socket or the ledger can't follow.
json::object fixed_keys(const Configuration& configuration) {
  json::object keys{{"server.address", configuration.address},
                    {"server.port", configuration.port},
                    {"ledger.origin", configuration.ledger.origin}};
  if (configuration.identity) {
    keys["identity.socket"] = configuration.identity->socket;
    keys["identity.address"] = configuration.identity->address;
    keys["identity.port"] =
        configuration.identity->port ? json::value(*configuration.identity->port) : json::value(nullptr);
  }
  if (!configuration.gateway) return keys;
  keys["gateway.address"] = configuration.gateway->address;
  keys["gateway.port"] = configuration.gateway->port;
  keys["gateway.socket_folder"] = configuration.gateway->socket_folder;
  return keys;
}

// The sockets that are left, by name: those that are open.
std::vector<std::pair<std::string_view, net::Descriptor*>> sockets_of(Legacy& legacy) {
  return {{"portal", &legacy.portal},
          {"gateway", &legacy.gateway.socket},
          {"gateway local", &legacy.gateway.local_socket},
          {"identity", &legacy.identity.port},
          {"identity local", &legacy.identity.local}};
}

json::value parse(base::ByteView octets) {
  boost::system::error_code trouble;
  const std::string_view text = base::as_text(octets);
  json::value value = json::parse(json::string_view(text.data(), text.size()), trouble);
  return trouble ? json::value(nullptr) : value;
}

// This process's own, as /proc knows them.
Result<std::vector<std::string>> own_arguments() {
  // Its size is 0 for whoever asks before reading.
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.empty())
    return failure(ErrorCode::internal, "cannot read /proc/self/cmdline", "is /proc mounted?");
  if (text.ends_with('\0')) text.pop_back();
  std::vector<std::string> arguments;
  for (const std::string_view argument : base::split(text, '\0'))
    arguments.emplace_back(argument);
  return arguments;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts)
    all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// The child has this process's environment and standard streams, and the channel.
Result<pid_t> start_program(const base::Path& program, int channel) {
  ART32_ASSIGN(std::vector<std::string> arguments, own_arguments());
  std::vector<std::string> environment{fmt::format("{}={}", channel_variable, channel)};
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!std::string_view(*entry).starts_with(channel_variable)) environment.emplace_back(*entry);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, channel, channel);  // not closed on exec any more
  pid_t process = -1;
  const int error = ::posix_spawn(&process, program.c_str(), &actions, nullptr, pointers(arguments).data(),
                                  pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return failure(ErrorCode::not_found,
                   fmt::format("cannot start {}: {}", program.string(), std::strerror(error)),
                   "put the new program where the running one was");
  return process;
}

std::string message_text(const json::object& object) {
  return json::serialize(object);
}

}  // namespace

Result<Successor> Successor::start(const base::Path& program, const System& system, Legacy& legacy) {
  ART32_ASSIGN(auto ends, net::DescriptorChannel::make_pair());
  ART32_ASSIGN(const pid_t process, start_program(program, ends.second.descriptor()));
  { const net::DescriptorChannel theirs = std::move(ends.second); }
  Successor successor(std::move(ends.first), process);
  std::vector<int> sockets;
  json::array names;
  for (const auto& [name, socket] : sockets_of(legacy)) {
    if (!socket->is_open()) continue;
    sockets.push_back(socket->number());
    names.push_back(json::string(name));
  }
  const json::object said{{"version", gateway::hand_over_version},
                          {"generation", legacy.gateway.generation},
                          {"sockets", std::move(names)},
                          {"fixed", fixed_keys(system.configuration())}};
  const Status told = successor.channel_.send(listeners, base::as_bytes(message_text(said)), sockets,
                                              net::Deadline(say_limit));
  // One that went before it was told may have said why.
  const bool has_gone = !told && told.error().code == ErrorCode::unavailable;
  const Status heard = told || has_gone ? successor.expect(prepared, check_limit) : told;
  if (told && heard) return successor;
  successor.end();
  return tl::unexpected<base::Error>(heard ? told.error() : heard.error());
}

Status Successor::expect(std::uint8_t type, std::chrono::milliseconds limit) {
  const auto said = channel_.receive(net::Deadline(limit));
  if (!said && said.error().code == ErrorCode::unavailable)
    return failure(ErrorCode::unavailable, "the new process ended without a word", "see its log");
  if (!said) return tl::unexpected<base::Error>(said.error());
  if (said->type == refused) return tl::unexpected<base::Error>(error_from_json(parse(said->body)));
  if (said->type != type)
    return failure(ErrorCode::internal, "the new process says what wasn't asked", "restart the server");
  return {};
}

Status Successor::go() {
  Status done = channel_.send(go_ahead, {}, {}, net::Deadline(say_limit));
  if (done) done = expect(is_ready, start_limit);
  if (!done) end();
  return done;
}

void Successor::end() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

Result<std::optional<Predecessor>> Predecessor::inherited() {
  const char* const given = std::getenv(channel_variable.data());
  if (given == nullptr) return std::optional<Predecessor>();
  const auto number = base::parse_number(given);
  ::unsetenv(channel_variable.data());
  net::Descriptor socket(number ? static_cast<int>(*number) : -1);
  if (!socket.is_open() || ::fcntl(socket.number(), F_SETFD, FD_CLOEXEC) != 0)
    return failure(ErrorCode::invalid_argument, fmt::format("{} isn't for people", channel_variable),
                   "unset it, and use `art32 upgrade`");
  Predecessor predecessor{net::DescriptorChannel(std::move(socket))};
  ART32_CHECKED(predecessor.receive_listeners());
  return std::optional<Predecessor>(std::move(predecessor));
}

Status Predecessor::receive_listeners() {
  ART32_ASSIGN(net::DescriptorChannel::Message said, channel_.receive(net::Deadline(say_limit)));
  const json::value parsed = parse(said.body);
  const json::object* const object = parsed.if_object();
  const json::value* const version = object != nullptr ? object->if_contains("version") : nullptr;
  if (said.type != listeners || version == nullptr || *version != gateway::hand_over_version ||
      !object->contains("fixed") || !object->contains("sockets") || said.descriptors.empty())
    return failure(ErrorCode::unsupported,
                   "the running program hands over in another way than this one takes", "restart the server");
  fixed_ = json::serialize(object->at("fixed"));
  legacy_.gateway.generation = object->at("generation").to_number<unsigned>();
  const json::array& names = object->at("sockets").as_array();
  for (std::size_t i = 0; i < said.descriptors.size() && i < names.size(); ++i)
    for (const auto& [name, place] : sockets_of(legacy_))
      if (names[i] == json::string(name)) *place = std::move(said.descriptors[i]);
  return {};
}

Status Predecessor::check(const Folder& folder) const {
  ART32_CHECKED(System::check_settings(folder));
  ART32_ASSIGN(const Configuration configuration, load_configuration(folder));
  const json::object now = fixed_keys(configuration);
  const json::value before = json::parse(fixed_);
  for (const auto& [key, value] : before.as_object()) {
    const json::value* const found = now.if_contains(key);
    if (found == nullptr || *found != value)
      return failure(ErrorCode::configuration,
                     fmt::format("{} can't change in an upgrade", std::string_view(key)),
                     "restart the server, or put the old value back");
  }
  return {};
}

Status Predecessor::prepare(const Folder& folder) {
  const Status checked = check(folder);
  const std::string why = checked ? std::string() : json::serialize(to_json(checked.error()));
  ART32_CHECKED(
      channel_.send(checked ? prepared : refused, base::as_bytes(why), {}, net::Deadline(say_limit)));
  if (!checked) return checked;
  return channel_.receive(net::Deadline(give_up_limit)).map([](const net::DescriptorChannel::Message&) {});
}

void Predecessor::ready() {
  const Status told = channel_.send(is_ready, {}, {}, net::Deadline(say_limit));
  if (!told) base::log_warning("the process that handed over is gone", {{"error", told.error().what}});
}

}  // namespace art32::app
