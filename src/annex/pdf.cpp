#include <fmt/core.h>

#include "annex/render.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/subprocess.h"

namespace art32::annex {

base::Result<base::Bytes> to_pdf(const model::Annex& annex, model::Language language,
                                 std::string_view pages) {
  return typeset(to_html(annex, language, pages));
}

base::Result<base::Bytes> typeset(std::string html, const std::stop_token& stop) {
  net::Command command;
  command.arguments = {"weasyprint", "--quiet", "--encoding", "utf-8", "--pdf-variant", "pdf/ua-1", "-", "-"};
  command.input = std::move(html);
  command.niceness = 5;
  auto finished = net::run(command, base::limits::annex_pdf_wait, stop);
  if (!finished && finished.error().code == base::ErrorCode::not_found)
    return base::failure(base::ErrorCode::not_found, "the PDF needs the program weasyprint, which is missing",
                         "apt-get install weasyprint");
  if (!finished) return tl::unexpected(finished.error().within("making the PDF"));
  if (finished->exit_code != 0 || !finished->output.starts_with("%PDF-"))
    return base::failure(base::ErrorCode::unavailable,
                         fmt::format("weasyprint ended with {}: {}", finished->exit_code,
                                     base::trim(finished->errors).substr(0, 500)),
                         "check that WeasyPrint 57 or later works: weasyprint --info");
  return base::to_bytes(finished->output);
}

}  // namespace art32::annex
