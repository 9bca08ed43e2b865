// ErrorResponse and NoticeResponse: fields that are read by their code, and built from
// what a message needs.
//
// Every error carries severity (S and, never translated, V), SQLSTATE and message: one
// without SQLSTATE crashed clients (CVE-2026-6666). Views live as long as the body.
// Pure; any thread. PostgreSQL documentation, section 55.8 "Error and Notice Message
// Fields".
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pgwire/body_reader.h"
#include "pgwire/sqlstate.h"

namespace art32::pgwire {

enum class FieldCode : std::uint8_t {
  severity = 'S',  // in the server's language
  severity_untranslated = 'V',
  sqlstate = 'C',
  message = 'M',
  detail = 'D',
  hint = 'H',
  position = 'P',
  internal_position = 'p',
  internal_query = 'q',
  where = 'W',
  schema = 's',
  table = 't',
  column = 'c',
  data_type = 'd',
  constraint = 'n',
  file = 'F',
  line = 'L',
  routine = 'R',
};

struct DiagnosticField {
  std::uint8_t code = 0;  // a FieldCode, or one of a later version
  std::string_view value;
};

class DiagnosticView {
 public:
  // Checks the whole body.
  static std::optional<DiagnosticView> parse(base::ByteView body) noexcept;

  // The first field of this code, if there is one.
  std::optional<std::string_view> field(FieldCode code) const noexcept;

  template <class Visitor>
  void visit(Visitor visitor) const {
    BodyReader reader(body_);
    for (std::uint8_t code = reader.u8(); code != 0; code = reader.u8())
      visitor(DiagnosticField{code, reader.cstring()});
  }

 private:
  base::ByteView body_;
};

enum class Severity { debug, info, log, notice, warning, error, fatal, panic };
std::string_view name_of(Severity severity) noexcept;

struct Diagnostic {
  Severity severity = Severity::error;
  SqlState sqlstate;
  std::string_view message;
  std::string_view detail = {};  // empty: left out
  std::string_view hint = {};
};
// A zero octet in a text becomes a space: texts may quote what a stranger sent.
void put_error_response(base::Bytes& target, const Diagnostic& diagnostic);
void put_notice_response(base::Bytes& target, const Diagnostic& diagnostic);

// Any fields; `type` is that of an ErrorResponse or a NoticeResponse.
void put_diagnostic(base::Bytes& target, std::uint8_t type, std::span<const DiagnosticField> fields);

}  // namespace art32::pgwire
