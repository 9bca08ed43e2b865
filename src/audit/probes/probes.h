// What each row of the table of probes runs, each in the file named after it;
// and how each is broken for the proof that it can turn red (mutations/).
#pragma once

#include <vector>

#include "audit/probe.h"

namespace art32::audit {

std::vector<model::Observation> probe_tls_versions(const ProbeContext& context);
std::vector<model::Observation> probe_tls_hsts(const ProbeContext& context);
std::vector<model::Observation> probe_tls_pins(const ProbeContext& context);
std::vector<model::Observation> probe_passwords(const ProbeContext& context);
std::vector<model::Observation> probe_tokens(const ProbeContext& context);
std::vector<model::Observation> probe_secret_modes(const ProbeContext& context);
std::vector<model::Observation> probe_annex_pairing(const ProbeContext& context);
std::vector<model::Observation> probe_ledger_consistency(const ProbeContext& context);
std::vector<model::Observation> probe_gateway_transfer(const ProbeContext& context);
std::vector<model::Observation> probe_database_encryption(const ProbeContext& context);
std::vector<model::Observation> probe_statement_log(const ProbeContext& context);
std::vector<model::Observation> probe_separation(const ProbeContext& context);
std::vector<model::Observation> probe_posture(const ProbeContext& context);
std::vector<model::Observation> probe_trail(const ProbeContext& context);

std::vector<Mutation> mutations_of_tls_versions();
std::vector<Mutation> mutations_of_tls_hsts();
std::vector<Mutation> mutations_of_tls_pins();
std::vector<Mutation> mutations_of_passwords();
std::vector<Mutation> mutations_of_tokens();
std::vector<Mutation> mutations_of_secret_modes();
std::vector<Mutation> mutations_of_annex_pairing();
std::vector<Mutation> mutations_of_ledger_consistency();
std::vector<Mutation> mutations_of_gateway_transfer();
std::vector<Mutation> mutations_of_database_encryption();
std::vector<Mutation> mutations_of_statement_log();
std::vector<Mutation> mutations_of_separation();
std::vector<Mutation> mutations_of_posture();
std::vector<Mutation> mutations_of_trail();

}  // namespace art32::audit
