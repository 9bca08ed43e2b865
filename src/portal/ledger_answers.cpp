#include "base/text.h"
#include "ledger/disclosure.h"
#include "portal/languages.h"
#include "portal/on_request.h"
#include "portal/pages.h"
#include "portal/record_kinds.h"

namespace art32::portal {

namespace {

net::HttpResponse not_found(std::string_view what) {
  net::HttpResponse response = net::HttpResponse::text(404, std::string(what) + "\n");
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

// `permission` for kinds that stay closed.
base::Result<pages::EvidencePage> open_evidence(const OnRequest& on, std::uint64_t number) {
  const model::LeafIndex index(number);
  ART32_ASSIGN(ledger::Disclosure disclosure, on.sources.ledger.disclose(index));
  if (!is_public(disclosure.kind))
    return base::failure(base::ErrorCode::permission, "the record isn't public");
  pages::EvidencePage evidence{std::move(disclosure), {}, on.sources.ledger.checkpoint().size.value};
  // An entry of this very second may not be under a checkpoint yet.
  if (number < evidence.tree_size) {
    ART32_ASSIGN(evidence.proof, on.sources.ledger.proof(index));
  }
  return evidence;
}

net::HttpResponse evidence_file(const OnRequest& on, const pages::EvidencePage& evidence,
                                std::string_view suffix) {
  if (suffix == "json")
    return fresh(on, json_type, ledger::format_disclosure(evidence.disclosure, evidence.proof),
                 Caching::revalidate);
  if (suffix == "record")
    return fresh(on, json_type, base::to_text(evidence.disclosure.record), Caching::revalidate);
  if (evidence.proof.empty()) return not_found("not under a checkpoint yet");
  return fresh(on, text_type, evidence.proof, Caching::revalidate);
}

}  // namespace

Answer ledger_answer(const OnRequest& on) {
  constexpr std::string_view folder = "/ledger/";
  std::string_view path = on.request.path;
  if (!path.starts_with(folder)) return std::nullopt;
  path.remove_prefix(folder.size());
  if (path == "key")
    return fresh(on, text_type, on.sources.ledger.verifier_key() + "\n", Caching::revalidate);
  const base::Result<base::Bytes> found = on.sources.ledger.resource(path);
  if (!found) {
    if (found.error().code == base::ErrorCode::not_found) return not_found("no such part of the ledger");
    return refused(on, found.error());
  }
  // c2sp.org/tlog-tiles: tiles, partial ones too, never change; the checkpoint does.
  if (path == "checkpoint") return fresh(on, text_type, base::to_text(*found), Caching::briefly);
  return fresh(on, "application/octet-stream", base::to_text(*found), Caching::forever);
}

Answer evidence_answer(const OnRequest& on) {
  model::Language language{};
  std::string_view name;
  std::string_view suffix;
  if (const auto rest = below(on.request.path, "evidence/", language)) {
    name = *rest;
  } else if (on.request.path.starts_with("/evidence/")) {
    const std::string_view file =
        std::string_view(on.request.path).substr(std::string_view("/evidence/").size());
    const std::size_t dot = file.find('.');
    if (dot == file.npos) return std::nullopt;  // redirected by language
    name = file.substr(0, dot);
    suffix = file.substr(dot + 1);
    if (suffix != "json" && suffix != "proof" && suffix != "record") return std::nullopt;
  } else {
    return std::nullopt;
  }
  const auto number = base::parse_number(name);
  // One spelling for each address, so no leading zeros.
  if (!number || std::to_string(*number) != name || on.snapshot.view == nullptr) return std::nullopt;
  const base::Result<pages::EvidencePage> evidence = open_evidence(on, *number);
  if (!evidence) return refused(on, evidence.error());
  if (!suffix.empty()) return evidence_file(on, *evidence, suffix);
  return fresh(on, html_type, pages::evidence(*on.snapshot.view, *evidence, language), Caching::revalidate);
}

}  // namespace art32::portal
