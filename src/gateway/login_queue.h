// The connections of a worker that haven't logged in yet, oldest first, as a whole and by
// address. When there are too many the oldest goes: who means to log in does so within
// moments, who holds a place open doesn't. So neither 10,000 silent connections nor an
// address with many of them keep anybody out.
//
// Owned by its worker; one thread. Holds no session; whoever ends one removes it here.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

namespace art32::gateway {

class ClientSession;

class LoginQueue {
 public:
  void add(ClientSession& session, const std::string& address);
  void remove(const ClientSession& session);  // also one that isn't here
  // Who has to go, the last one added being of `address`; null if there is room. A unix
  // socket's address is empty, and nobody there stands for the others.
  ClientSession* surplus(const std::string& address, std::size_t most, std::size_t most_of_address);

  std::size_t size() const { return all_.size(); }

 private:
  using List = std::list<ClientSession*>;
  struct Place {
    List::iterator in_all, in_address;
    std::string address;
  };
  List all_;
  std::unordered_map<std::string, List> addresses_;
  std::unordered_map<const ClientSession*, Place> places_;
};

}  // namespace art32::gateway
