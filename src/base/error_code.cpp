#include "base/error_code.h"

#include <array>

#include "base/assert.h"

namespace art32::base {
namespace {

// Exit codes 64 and up follow sysexits.h where it has a fitting meaning.
constexpr std::array<ErrorCodeRow, 13> rows{{
    {ErrorCode::invalid_argument, "invalid-argument", 64, 400, "the command line or request is wrong"},
    {ErrorCode::configuration, "configuration", 78, 500, "art32.toml or the annex is wrong"},
    {ErrorCode::not_found, "not-found", 66, 404, "what was asked for doesn't exist"},
    {ErrorCode::already_exists, "already-exists", 73, 409, "it exists already and isn't overwritten"},
    {ErrorCode::conflict, "conflict", 75, 409, "another process holds it, or it changed meanwhile"},
    {ErrorCode::permission, "permission", 77, 403, "not allowed, or a file's mode is too open"},
    {ErrorCode::unavailable, "unavailable", 69, 503, "a part that is needed doesn't answer"},
    {ErrorCode::timeout, "timeout", 70, 504, "it took longer than allowed"},
    {ErrorCode::exhausted, "exhausted", 74, 507, "disk full, queue full or limit reached"},
    {ErrorCode::corrupt, "corrupt", 65, 500, "stored data contradicts itself or its signature"},
    {ErrorCode::check_failed, "check-failed", 1, 422, "what was checked doesn't hold"},
    {ErrorCode::unsupported, "unsupported", 72, 501, "this isn't built"},
    {ErrorCode::internal, "internal", 71, 500, "a fault in art32 itself"},
}};

}  // namespace

std::span<const ErrorCodeRow> error_codes() {
  return rows;
}

const ErrorCodeRow& describe(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  ART32_ASSERT(index < rows.size() && rows[index].code == code);
  return rows[index];
}

}  // namespace art32::base
