#include "gateway/login_queue.h"

namespace art32::gateway {

void LoginQueue::add(ClientSession& session, const std::string& address) {
  List& list = addresses_[address];
  places_.emplace(&session,
                  Place{all_.insert(all_.end(), &session), list.insert(list.end(), &session), address});
}

void LoginQueue::remove(const ClientSession& session) {
  const auto found = places_.find(&session);
  if (found == places_.end()) return;
  const Place& place = found->second;
  all_.erase(place.in_all);
  const auto list = addresses_.find(place.address);
  list->second.erase(place.in_address);
  if (list->second.empty()) addresses_.erase(list);
  places_.erase(found);
}

ClientSession* LoginQueue::surplus(const std::string& address, std::size_t most,
                                   std::size_t most_of_address) {
  const auto list = addresses_.find(address);
  if (!address.empty() && list != addresses_.end() && list->second.size() > most_of_address)
    return list->second.front();
  return all_.size() > most ? all_.front() : nullptr;
}

}  // namespace art32::gateway
