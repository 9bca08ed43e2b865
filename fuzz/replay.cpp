// Runs a fuzz target over the files of folders, without libFuzzer: so that every
// input that once broke a parser is tried again in each build's unit tests.
#include <cstdio>
#include <filesystem>

#include "base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

int main(int count, char** folders) {
  int inputs = 0;
  for (int index = 1; index < count; ++index) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folders[index])) {
      if (!entry.is_regular_file()) continue;
      const auto input = art32::base::read_file(entry.path(), 1U << 20);
      if (!input) {
        std::fprintf(stderr, "%s\n", input.error().message().c_str());
        return 1;
      }
      std::fprintf(stderr, "%s\n", entry.path().c_str());
      LLVMFuzzerTestOneInput(input->data(), input->size());
      ++inputs;
    }
  }
  std::fprintf(stderr, "%d inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
