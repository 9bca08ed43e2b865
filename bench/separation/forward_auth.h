// What it costs nginx to ask art32 who a request comes from: the same file behind auth_request,
// answered by art32 with a token that was used lately, and by nginx itself with 204.
//
// Prints its figures (bench/figure.h). Call from one thread.
#pragma once

namespace art32::bench {

void measure_forward_auth();

}  // namespace art32::bench
