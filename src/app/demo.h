// `art32 demo`: the whole chain once, on a scratch installation: a sentence, its
// promise, the control, the attacks, the verdict, the sealed evidence, the page.
#pragma once

#include "base/result.h"

namespace art32::app {

enum class DemoEnd { by_signal, by_itself };
enum class DemoForm { text, json };  // json: one document, once the probes have run

// The exit code: 0 only if every probe passed and the ledger verifies.
base::Result<int> run_demo(DemoEnd end, DemoForm form);

}  // namespace art32::app
