#include "app/password_file.h"

#include <fmt/format.h>

#include "crypto/private_file.h"

namespace art32::app {

base::Result<base::Secret> load_password(const Folder& folder, const std::string& file) {
  ART32_ASSIGN(const base::Secret content, crypto::load_private_file(folder.resolve(file)));
  std::string_view text = content.text();
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty() || text.find('\n') != text.npos)
    return base::failure(base::ErrorCode::configuration, fmt::format("{} doesn't hold one line", file),
                         "write the password, or its SCRAM verifier, into it, and nothing else");
  return base::Secret(std::string(text));
}

}  // namespace art32::app
