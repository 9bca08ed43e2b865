#include "tenancy/plain_functions.h"

#include "base/embedded_file.h"

namespace art32::tenancy {

extern const base::EmbeddedFile embedded_files[];

std::string_view plain_functions() {
  return embedded_files[0].content();
}

}  // namespace art32::tenancy
