#include "pgwire/diagnostic.h"

#include <string>
#include <vector>

#include "pgwire/message.h"
#include "pgwire/message_writer.h"

namespace art32::pgwire {
namespace {

void put(base::Bytes& target, std::uint8_t type, const Diagnostic& diagnostic) {
  ART32_ASSERT(diagnostic.sqlstate.code.size() == 5);
  std::vector<DiagnosticField> fields;
  const auto add = [&fields](FieldCode code, std::string_view value) {
    fields.push_back({static_cast<std::uint8_t>(code), value});
  };
  add(FieldCode::severity, name_of(diagnostic.severity));
  add(FieldCode::severity_untranslated, name_of(diagnostic.severity));
  add(FieldCode::sqlstate, diagnostic.sqlstate.code);
  add(FieldCode::message, diagnostic.message);
  if (!diagnostic.detail.empty()) add(FieldCode::detail, diagnostic.detail);
  if (!diagnostic.hint.empty()) add(FieldCode::hint, diagnostic.hint);
  put_diagnostic(target, type, fields);
}

}  // namespace

std::optional<DiagnosticView> DiagnosticView::parse(base::ByteView body) noexcept {
  BodyReader reader(body);
  while (!reader.failed() && reader.u8() != 0)
    (void)reader.cstring();
  if (!reader.finished()) return std::nullopt;
  DiagnosticView view;
  view.body_ = body;
  return view;
}

std::optional<std::string_view> DiagnosticView::field(FieldCode code) const noexcept {
  std::optional<std::string_view> found;
  visit([&](const DiagnosticField& field) {
    if (!found && field.code == static_cast<std::uint8_t>(code)) found = field.value;
  });
  return found;
}

std::string_view name_of(Severity severity) noexcept {
  switch (severity) {
    case Severity::debug:
      return "DEBUG";
    case Severity::info:
      return "INFO";
    case Severity::log:
      return "LOG";
    case Severity::notice:
      return "NOTICE";
    case Severity::warning:
      return "WARNING";
    case Severity::error:
      return "ERROR";
    case Severity::fatal:
      return "FATAL";
    case Severity::panic:
      return "PANIC";
  }
  return "";
}

void put_error_response(base::Bytes& target, const Diagnostic& diagnostic) {
  put(target, backend_type::error_response, diagnostic);
}

void put_notice_response(base::Bytes& target, const Diagnostic& diagnostic) {
  put(target, backend_type::notice_response, diagnostic);
}

void put_diagnostic(base::Bytes& target, std::uint8_t type, std::span<const DiagnosticField> fields) {
  ART32_ASSERT(type == backend_type::error_response || type == backend_type::notice_response);
  MessageWriter writer(target, type);
  for (const DiagnosticField& field : fields) {
    ART32_ASSERT(field.code != 0);
    std::string value(field.value);
    std::replace(value.begin(), value.end(), '\0', ' ');
    writer.u8(field.code).cstring(value);
  }
  writer.u8(0).finish();
}

}  // namespace art32::pgwire
