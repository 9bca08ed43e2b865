#include "pgwire/diagnostic.h"

#include <gtest/gtest.h>

#include "pgwire/message.h"
#include "pgwire/refusal.h"

namespace art32::pgwire {
namespace {

base::ByteView body_of(const base::Bytes& message) {
  return base::ByteView(message).subspan(header_octets);
}

TEST(Diagnostic, carries_severity_sqlstate_and_message_always) {
  base::Bytes message;
  put_error_response(message, {Severity::fatal, sqlstate::too_many_connections, "no more", "", "wait"});
  EXPECT_EQ(message[0], 'E');
  const auto view = DiagnosticView::parse(body_of(message));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->field(FieldCode::severity), "FATAL");
  EXPECT_EQ(view->field(FieldCode::severity_untranslated), "FATAL");
  EXPECT_EQ(view->field(FieldCode::sqlstate), "53300");
  EXPECT_EQ(view->field(FieldCode::message), "no more");
  EXPECT_EQ(view->field(FieldCode::hint), "wait");
  EXPECT_FALSE(view->field(FieldCode::detail));
}

TEST(Diagnostic, as_a_notice_differs_by_its_type_only) {
  const Diagnostic diagnostic{Severity::warning, sqlstate::admin_shutdown, "soon", "in a minute"};
  base::Bytes error, notice;
  put_error_response(error, diagnostic);
  put_notice_response(notice, diagnostic);
  EXPECT_EQ(notice[0], 'N');
  EXPECT_EQ(base::hex(body_of(error)), base::hex(body_of(notice)));
}

TEST(Diagnostic, lets_no_zero_octet_make_a_field) {
  base::Bytes message;
  put_error_response(message, {Severity::error, sqlstate::protocol_violation,
                               std::string_view("no table \"x\0Cfake\"", 17)});
  const auto view = DiagnosticView::parse(body_of(message));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->field(FieldCode::message), "no table \"x Cfake");
  EXPECT_EQ(view->field(FieldCode::sqlstate), "08P01");
}

TEST(Diagnostic, keeps_fields_that_it_does_not_know) {
  const std::vector<DiagnosticField> fields{{'S', "ERROR"}, {'?', "later"}, {'S', "again"}};
  base::Bytes message;
  put_diagnostic(message, 'N', fields);
  const auto view = DiagnosticView::parse(body_of(message));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->field(FieldCode::severity), "ERROR");
  std::string codes;
  view->visit([&codes](const DiagnosticField& field) { codes += static_cast<char>(field.code); });
  EXPECT_EQ(codes, "S?S");
}

TEST(Diagnostic, without_its_terminator_or_with_more_behind_is_refused) {
  EXPECT_FALSE(DiagnosticView::parse({}));
  EXPECT_FALSE(DiagnosticView::parse(base::as_bytes("S")));
  EXPECT_FALSE(DiagnosticView::parse(base::as_bytes("SERROR")));
  EXPECT_FALSE(DiagnosticView::parse(base::as_bytes(std::string_view("SERROR\0", 7))));
  EXPECT_FALSE(DiagnosticView::parse(base::as_bytes(std::string_view("SERROR\0\0x", 9))));
  EXPECT_TRUE(DiagnosticView::parse(base::as_bytes(std::string_view("SERROR\0\0", 8))));
  EXPECT_TRUE(DiagnosticView::parse(base::as_bytes(std::string_view("\0", 1))));
}

TEST(Refusal, becomes_a_fatal_error_with_its_hint) {
  base::Bytes message;
  put_error_response(message,
                     Refusal{sqlstate::invalid_catalog_name, "no such database", "Name another."}.fatal());
  const auto view = DiagnosticView::parse(body_of(message));
  EXPECT_EQ(view->field(FieldCode::severity), "FATAL");
  EXPECT_EQ(view->field(FieldCode::sqlstate), "3D000");
  EXPECT_EQ(view->field(FieldCode::hint), "Name another.");
}

}  // namespace
}  // namespace art32::pgwire
