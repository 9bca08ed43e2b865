#include "app/witness_client.h"

#include "base/limits.h"
#include "net/loop/resolver.h"

namespace art32::app {
namespace {

base::Result<net::HttpsExchange> exchange(const WitnessContact& contact, const net::HttpRequest& request,
                                          const std::stop_token& stop) {
  const WitnessAddress& where = contact.configuration.address;
  ART32_ASSIGN(const auto addresses, net::Resolver::system_lookup(where.host, where.port));
  const net::HttpsClientOptions options{contact.authority_pem, base::limits::witness_wait,
                                        base::limits::witness_answer_octets};
  base::Result<net::HttpsExchange> got = base::failure(base::ErrorCode::unavailable, "no address");
  for (const net::SocketAddress& address : addresses) {
    got =
        net::http_exchange({address.host(), where.port, where.host}, request, options, where.transport, stop);
    if (got || got.error().code != base::ErrorCode::unavailable) break;
  }
  return got;
}

base::Result<ledger::WitnessAnswer> send(const WitnessContact& contact, const std::string& body,
                                         const std::stop_token& stop) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = contact.configuration.address.prefix + "/add-checkpoint";
  request.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
  request.body = body;
  auto got = exchange(contact, request, stop);
  // Whatever is wrong with an answer, it says nothing about the ledger.
  if (!got)
    return base::failure(base::ErrorCode::unavailable, std::move(got.error().what),
                         "is the witness running, and its address right?");
  const net::HttpResponse& response = got->response;
  const auto type = net::find_header(response.headers, "Content-Type");
  return ledger::WitnessAnswer{response.status, std::string(type.value_or("")),
                               response.body ? *response.body : std::string()};
}

}  // namespace

base::Result<std::vector<WitnessContact>> load_witnesses(const Folder& folder,
                                                         const LedgerConfiguration& configuration) {
  std::vector<WitnessContact> contacts;
  for (const WitnessConfiguration& witness : configuration.witnesses) {
    WitnessContact contact{witness, {}};
    if (!witness.authority.empty()) {
      auto pem = base::read_text_file(folder.resolve(witness.authority));
      if (!pem)
        return base::failure(
            base::ErrorCode::configuration,
            fmt::format("the authority of the witness {}: {}", witness.key.name, pem.error().what),
            pem.error().mend);
      contact.authority_pem = std::move(*pem);
    }
    contacts.push_back(std::move(contact));
  }
  return contacts;
}

ledger::Cosigning::Peer peer_of(const WitnessContact& contact) {
  return {
      contact.configuration.key, contact.configuration.url,
      [contact](const std::string& body, const std::stop_token& stop) { return send(contact, body, stop); }};
}

}  // namespace art32::app
