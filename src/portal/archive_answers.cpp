#include "annex/render.h"
#include "base/text.h"
#include "portal/on_request.h"
#include "portal/pages.h"

namespace art32::portal {

namespace {

std::optional<std::int64_t> audit_number(std::string_view text) {
  const auto number = base::parse_number(text);
  if (!number || std::to_string(*number) != text || *number == 0 || *number > std::uint64_t{1} << 62)
    return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

// The audits with smaller numbers, newest first; numbers have no gaps but those a
// failed write leaves.
pages::AuditList audits_before(const audit::Audits& audits, std::int64_t number) {
  pages::AuditList list;
  list.is_newest = false;
  for (int step = 0; step < 2 * static_cast<int>(audits_a_page) && list.runs.size() < audits_a_page; ++step) {
    if (--number < 1) break;
    if (base::Result<audit::AuditRun> run = audits.find(number)) list.runs.push_back(std::move(*run));
  }
  return list;
}

net::HttpResponse difference_answer(const OnRequest& on, std::string_view from, std::string_view to,
                                    model::Language language) {
  const auto before = on.sources.versions.find(from);
  const auto after = on.sources.versions.find(to);
  if (!before) return refused(on, before.error());
  if (!after) return refused(on, after.error());
  const auto before_text = annex::from_json(before->json);
  const auto after_text = annex::from_json(after->json);
  if (!before_text) return refused(on, before_text.error());
  if (!after_text) return refused(on, after_text.error());
  return fresh(on, html_type,
               pages::difference(*on.snapshot.view, *before, *after,
                                 annex::compare(*before_text, *after_text), language),
               Caching::revalidate);
}

}  // namespace

Answer audits_answer(const OnRequest& on) {
  if (on.snapshot.view == nullptr) return std::nullopt;
  model::Language language{};
  constexpr std::string_view before = "before=";
  if (const auto rest = below(on.request.path, "security-audits", language); rest && rest->empty()) {
    if (!on.request.query.starts_with(before)) return std::nullopt;
    const auto number = audit_number(std::string_view(on.request.query).substr(before.size()));
    if (!number) return std::nullopt;
    return fresh(on, html_type,
                 pages::audits(*on.snapshot.view, audits_before(on.sources.audits, *number), language),
                 Caching::revalidate);
  }
  const auto rest = below(on.request.path, "security-audits/", language);
  if (!rest) return std::nullopt;
  const auto number = audit_number(*rest);
  if (!number) return std::nullopt;
  const base::Result<audit::AuditRun> run = on.sources.audits.find(*number);
  if (!run) return refused(on, run.error());
  return fresh(on, html_type, pages::audit_run(*on.snapshot.view, *run, language), Caching::revalidate);
}

Answer versions_answer(const OnRequest& on) {
  if (on.snapshot.view == nullptr) return std::nullopt;
  model::Language language{};
  const auto rest = below(on.request.path, "versions/", language);
  if (!rest) return std::nullopt;
  if (const std::size_t dots = rest->find(".."); dots != rest->npos)
    return difference_answer(on, rest->substr(0, dots), rest->substr(dots + 2), language);
  const base::Result<annex::Version> version = on.sources.versions.find(*rest);
  if (!version) return refused(on, version.error());
  const base::Result<model::Annex> text = annex::from_json(version->json);
  if (!text) return refused(on, text.error());
  return fresh(on, html_type, pages::version(*on.snapshot.view, *version, *text, language),
               Caching::revalidate);
}

}  // namespace art32::portal
