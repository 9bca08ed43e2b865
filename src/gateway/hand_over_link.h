// Between the process that hands its clients over and the one that takes them: clients go
// one way, requests to cancel both.
//
// Two threads: one sends what was given, in order, one calls back for what comes. Public
// functions may be called from any thread and don't wait; the callbacks run on the link's own.
// What is under way is bounded by the clients that there are.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "gateway/handed_client.h"
#include "net/descriptor_channel.h"

namespace art32::gateway {

class HandOverLink {
 public:
  struct Handler {
    std::function<void(HandedClient)> client;
    std::function<void(std::uint32_t id, base::Bytes key)> cancel;
  };
  HandOverLink(net::DescriptorChannel channel, Handler handler);
  ~HandOverLink();  // sends what was given before; the other side sees the end
  HandOverLink(const HandOverLink&) = delete;
  HandOverLink& operator=(const HandOverLink&) = delete;

  void give(HandedClient client);
  void cancel(std::uint32_t id, base::ByteView key);
  // Everything that was given is sent.
  bool is_flushed() const;
  bool is_over() const { return is_over_; }  // the other side has closed

 private:
  struct Outgoing {
    std::uint8_t type;
    base::Bytes body;
    net::Descriptor socket;
  };
  void put(Outgoing message);
  void send_all();
  void receive_all();
  void take(net::DescriptorChannel::Message message);

  net::DescriptorChannel channel_;
  Handler handler_;
  mutable std::mutex mutex_;
  std::condition_variable wanted_;
  std::deque<Outgoing> outgoing_;  // the first one stays until it is sent
  bool is_ending_ = false;
  std::atomic<bool> is_over_{false};
  std::thread sender_;
  std::thread receiver_;
};

}  // namespace art32::gateway
