#include "portal/cosigning_json.h"

namespace art32::portal {
namespace {

boost::json::object to_json(const ledger::WitnessReport& witness) {
  boost::json::object told{
      {"name", witness.name}, {"url", witness.url}, {"state", ledger::name(witness.state)}};
  told["size"] = witness.size ? boost::json::value(witness.size->value) : boost::json::value();
  told["cosigned"] =
      witness.time ? boost::json::value(base::rfc3339_seconds(*witness.time)) : boost::json::value();
  told["error"] = witness.error ? boost::json::value(witness.error->message()) : boost::json::value();
  return told;
}

}  // namespace

boost::json::object to_json(const ledger::CosigningReport& report) {
  boost::json::array witnesses;
  for (const ledger::WitnessReport& witness : report.witnesses)
    witnesses.push_back(to_json(witness));
  return {{"state", ledger::name(report.state)},
          {"size", report.size.value},
          {"cosigned", report.cosigned},
          {"needed", report.needed},
          {"witnesses", std::move(witnesses)}};
}

}  // namespace art32::portal
