#include "gateway/hand_over_link.h"

#include "base/log.h"
#include "net/signal_mask.h"

namespace art32::gateway {
namespace {

constexpr std::uint8_t client_message = 'C';
constexpr std::uint8_t cancel_message = 'K';
constexpr std::size_t id_octets = 4;
constexpr auto message_wait = std::chrono::seconds(30);

}  // namespace

HandOverLink::HandOverLink(net::DescriptorChannel channel, Handler handler)
    : channel_(std::move(channel)), handler_(std::move(handler)) {
  sender_ = net::start_thread_without_signals([this] { send_all(); });
  receiver_ = net::start_thread_without_signals([this] { receive_all(); });
}

HandOverLink::~HandOverLink() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  wanted_.notify_one();
  sender_.join();
  channel_.shutdown();
  receiver_.join();
}

void HandOverLink::give(HandedClient client) {
  base::Bytes body = encode(client);
  put({client_message, std::move(body), std::move(client.socket)});
}

void HandOverLink::cancel(std::uint32_t id, base::ByteView key) {
  base::Bytes body;
  base::put_u32(body, id);
  base::append(body, key);
  put({cancel_message, std::move(body), {}});
}

void HandOverLink::put(Outgoing message) {
  {
    const std::lock_guard lock(mutex_);
    outgoing_.push_back(std::move(message));
  }
  wanted_.notify_one();
}

bool HandOverLink::is_flushed() const {
  const std::lock_guard lock(mutex_);
  return outgoing_.empty();
}

void HandOverLink::send_all() {
  while (true) {
    std::unique_lock lock(mutex_);
    wanted_.wait(lock, [&] { return is_ending_ || !outgoing_.empty(); });
    if (outgoing_.empty()) return;
    const Outgoing& next = outgoing_.front();  // others add behind it only
    lock.unlock();
    const int number = next.socket.number();
    const base::Status sent = channel_.send(
        next.type, next.body, std::span(&number, next.socket.is_open() ? 1 : 0), net::Deadline(message_wait));
    if (!sent && next.type == client_message)
      base::log_error("a client couldn't be handed over, its connection ends",
                      {{"error", sent.error().what}});
    lock.lock();
    outgoing_.pop_front();
  }
}

void HandOverLink::receive_all() {
  while (true) {
    channel_.wait();
    auto message = channel_.receive(net::Deadline(message_wait));
    if (!message) break;
    take(std::move(*message));
  }
  is_over_ = true;
}

void HandOverLink::take(net::DescriptorChannel::Message message) {
  if (message.type == cancel_message && message.body.size() > id_octets) {
    const auto key = message.body.begin() + id_octets;
    return handler_.cancel(base::get_u32(message.body), base::Bytes(key, message.body.end()));
  }
  if (message.type != client_message || message.descriptors.size() != 1) return;
  auto client = decode_client(message.body);
  if (!client) return base::log_error("a client is lost", {{"error", client.error().message()}});
  client->socket = std::move(message.descriptors.front());
  handler_.client(std::move(*client));
}

}  // namespace art32::gateway
