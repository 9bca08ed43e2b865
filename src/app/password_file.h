// Files of the configuration that hold one password, or what stands for one (a SCRAM verifier), with
// the modes of private files. Any thread.
#pragma once

#include "app/folder.h"
#include "base/secret.h"

namespace art32::app {

// Its one line: people end files with a newline, and passwords don't have one. Errors as of
// crypto::load_private_file(); `configuration` where it holds something else.
base::Result<base::Secret> load_password(const Folder& folder, const std::string& file);

}  // namespace art32::app
