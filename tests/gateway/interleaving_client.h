// One of many clients that do at random what clients do, right and wrong, and check that
// every row, answer and setting is their own.
//
// One thread each. What it does follows from its seed alone; how it interleaves with the
// others is up to the machine.
#pragma once

#include <random>

#include "tests/gateway/octet_client.h"

namespace art32::test {

class InterleavingClient {
 public:
  struct Choice {
    std::uint16_t port = 0;
    OctetClient::Login login;
    unsigned number = 0;  // its canary; no two clients share one
    std::uint64_t seed = 0;
    bool servers_are_killed = false;  // then losing the connection is no fault
  };
  explicit InterleavingClient(const Choice& choice);

  // Does one thing. What was wrong is added to trouble().
  void act();

  const std::vector<std::string>& trouble() const { return trouble_; }
  std::uint64_t actions() const { return actions_; }
  std::uint64_t rows() const { return rows_; }
  std::uint64_t losses() const { return losses_; }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  std::string own_row(const std::string& more = "");  // select list: canary and a new number
  void connect();
  void fault(const std::string& what);
  // False when the result is no result: the connection was lost, or something is wrong.
  bool check(const OctetResult& result, std::size_t rows, const std::string& what);
  void check_row(const std::vector<std::string>& row, std::uint64_t number);
  bool lost(const OctetResult& result);

  void simple();
  void several_statements();
  void large_result();
  void extended();
  void pipeline();
  void pipeline_with_an_error();
  void transaction();
  void settings();
  void copy_in();
  void copy_out();
  void cancelled();
  void timed_out();
  void vanish();
  void end_own_server();

  Choice choice_;
  std::string canary_;
  std::mt19937_64 random_;
  std::optional<OctetClient> client_;
  std::uint64_t next_ = 1;  // number of the next row
  std::string setting_;     // what my.canary has to be
  std::vector<std::string> trouble_;
  std::uint64_t actions_ = 0, rows_ = 0, losses_ = 0;
};

}  // namespace art32::test
