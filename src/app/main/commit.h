// The commit that this program was built from, made anew by each build (cmake/commit.cmake).
// For main alone: whatever knows it is linked again after each commit.
#pragma once

namespace art32::app {

// "83141bd0f2c4", with "-changed" behind it where files differ from that commit; empty where the
// source is no clone.
const char* source_commit();

}  // namespace art32::app
