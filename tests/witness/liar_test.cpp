// Witnesses that lie, hang or send without end: none gets into a checkpoint, none holds the server up.
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "base/bytes.h"
#include "net/https_server.h"
#include "net/listening_socket.h"
#include "tests/support/eventually.h"
#include "tests/witness/witness_process.h"

namespace art32::test {
namespace {

using Answer = std::function<net::HttpResponse(const net::HttpRequest&)>;

std::unique_ptr<net::HttpsServer> start_liar(Answer answer) {
  net::HttpHandler handler;
  handler.answer = std::move(answer);
  handler.blocks = [](const net::HttpRequest&) { return net::Blocking::yes; };
  handler.finish = [](net::HttpResponse&) {};
  handler.error = [](int status) { return net::HttpResponse::text(status, ""); };
  return net::HttpsServer::start_plain({}, net::listen_tcp("127.0.0.1", 0).value(), std::move(handler));
}

std::string url_of(const net::HttpsServer& liar) {
  return "http://127.0.0.1:" + std::to_string(liar.port());
}

TEST(LyingWitness, gets_no_signature_into_a_checkpoint_and_holds_nobody_up) {
  RunningServer server;
  WitnessProcess honest("witness.example.com/honest", log_key(server));
  honest.start();
  const auto redirects = start_liar([&](const net::HttpRequest&) {
    net::HttpResponse response = net::HttpResponse::text(307, "");
    response.headers.push_back({"Location", honest.url() + "/add-checkpoint"});
    return response;
  });
  const auto floods = start_liar(
      [](const net::HttpRequest&) { return net::HttpResponse::text(200, std::string(8U << 20, 'x')); });
  const auto hangs = start_liar([](const net::HttpRequest&) {
    std::this_thread::sleep_for(std::chrono::seconds(9));
    return net::HttpResponse::text(200, "");
  });
  // Answers with a genuine cosignature, of another text.
  std::string stolen;
  const auto replays =
      start_liar([&](const net::HttpRequest&) { return net::HttpResponse::text(200, stolen); });
  stolen = "— witness.example.com/replayed " + base::base64(base::Bytes(76, 7)) + "\n";

  add_witness(server, honest.key(), honest.url());
  const std::pair<const char*, std::string> liars[] = {{"redirects", url_of(*redirects)},
                                                       {"floods", url_of(*floods)},
                                                       {"hangs", url_of(*hangs)},
                                                       {"replays", url_of(*replays)},
                                                       {"impostor", honest.url()}};
  for (const auto& [name, url] : liars)
    add_witness(server, WitnessProcess(std::string("liar/") + name, log_key(server)).key(), url);
  server.start();
  std::uint64_t size = 0;
  for (int i = 0; i < 3; ++i) {
    add_entry(server);
    size = status_of(server).at("ledger").at("size").to_number<std::uint64_t>();
  }
  ASSERT_TRUE(eventually([&] {
    const merkle::Note checkpoint = served_checkpoint(server);
    return size_of(checkpoint) >= size && checkpoint.signatures.size() == 2;
  })) << server.log();
  ASSERT_TRUE(eventually([&] {
    const boost::json::value told = status_of(server).at("witnesses");
    int failing = 0;
    for (const boost::json::value& witness : told.at("witnesses").as_array())
      failing += witness.at("state") == "failing" ? 1 : 0;
    return failing == 5;
  })) << status_of(server);
  EXPECT_EQ(served_checkpoint(server).signatures.size(), 2);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(server.stop(SIGTERM), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(8)) << "one of them still hangs";
}

}  // namespace
}  // namespace art32::test
