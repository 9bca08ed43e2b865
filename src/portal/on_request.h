// Answers that are made when asked for, on the server's blocking pool: what the
// ledger serves, evidence, single audits, versions and their differences.
//
// Each returns nothing when the path isn't its own. Any thread.
#pragma once

#include <optional>

#include "portal/pdf_cache.h"
#include "portal/snapshot.h"

namespace art32::portal {

struct OnRequest {
  const Sources& sources;
  const Snapshot& snapshot;
  PdfCache& documents;
  const net::HttpRequest& request;
};

using Answer = std::optional<net::HttpResponse>;

Answer ledger_answer(const OnRequest& on);    // /ledger/checkpoint, /ledger/tile/..., /ledger/key
Answer evidence_answer(const OnRequest& on);  // /evidence/7.json .proof .record, /de/evidence/7
Answer audits_answer(const OnRequest& on);    // /de/security-audits/7, /de/security-audits?before=7
Answer versions_answer(const OnRequest& on);  // /de/versions/1.0.0, /de/versions/1.0.0..1.1.0
Answer document_answer(const OnRequest& on);  // /de/annex.pdf
Answer watch_answer(const OnRequest& on);     // /healthz, /metrics

// Whether the path belongs to one of the above.
bool is_on_request(const net::HttpRequest& request);
// Who of the server answers: what checks a password keeps to a lane of its own.
net::Blocking blocking_of(const identity::Accounts& accounts, const net::HttpRequest& request);

// 401 with what to send, or 429; not for who was accepted.
net::HttpResponse not_signed_in(identity::SignIn::Answer answer);

// What follows "/de/" and the prefix, if the path begins so.
std::optional<std::string_view> below(std::string_view path, std::string_view prefix,
                                      model::Language& language);
// A finished page or document, with conditional requests and gzip.
net::HttpResponse fresh(const OnRequest& on, std::string_view type, std::string content, Caching caching);
// The error as a page in the request's language; 500s are logged.
net::HttpResponse refused(const OnRequest& on, const base::Error& error);

}  // namespace art32::portal
