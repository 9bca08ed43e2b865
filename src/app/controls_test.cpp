// The real table of controls against the annex that `art32 init` writes.
#include "app/controls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "annex/annex_file.h"
#include "base/text.h"

namespace art32::app {
namespace {

using testing::HasSubstr;

std::vector<annex::SourceFile> default_annex() {
  return annex::read_folder(base::Path(__FILE__).parent_path() / "../../annex").value();
}

std::vector<annex::SourceFile> bent(std::string_view file, std::string_view from, std::string_view to) {
  std::vector<annex::SourceFile> files = default_annex();
  for (annex::SourceFile& candidate : files) {
    if (candidate.name != file) continue;
    EXPECT_THAT(candidate.content, HasSubstr(std::string(from)));
    candidate.content = base::replace_all(candidate.content, from, to);
  }
  return files;
}

std::string findings(const std::vector<annex::SourceFile>& files) {
  return annex::format(annex::parse(files, annex_vocabulary()).findings);
}

TEST(Controls, can_keep_the_default_annex) {
  EXPECT_EQ(findings(default_annex()), "");
}

TEST(Controls, refuse_promises_that_the_software_cannot_keep) {
  const auto refused = [](std::string_view file, std::string_view from, std::string_view to) {
    return findings(bent(file, from, to));
  };
  EXPECT_THAT(refused("encryption.toml", "\"TLS 1.3\"", "\"TLS 1.9 quantum\""),
              HasSubstr("is TLS 1.9 quantum, which the control tls.version can't keep (write \"TLS 1.3\")"));
  EXPECT_THAT(refused("encryption.toml", "\"SHA-256\"", "\"Argon2id\""),
              HasSubstr("the control identity.token_hash can't keep (write \"SHA-256\")"));
  EXPECT_THAT(refused("access.toml", "\"0600\"", "\"0000\""),
              HasSubstr("the control files.secret_modes can't keep (write \"0600\")"));
  for (const char* cost : {"value = 4", "value = 31"})
    EXPECT_THAT(refused("encryption.toml", "value = 12", cost),
                HasSubstr("the control identity.password_hash can't keep (write a number from 10 to 16)"));
  for (const char* age : {"250ms", "364d", "1096d"})
    EXPECT_THAT(
        refused("encryption.toml", "365d", age),
        HasSubstr("the control portal.hsts can't keep (write a duration from 365d to 1095d in steps of 1s)"));
}

// A promise that a built control's paragraph makes and nobody reads would be shown as kept.
TEST(Controls, refuse_a_promise_that_nobody_keeps) {
  std::vector<annex::SourceFile> files =
      bent("encryption.toml", "[measure.promise]\nbcrypt_cost",
           "[measure.promise]\nlength = { type = \"count\", value = 99 }\nbcrypt_cost");
  for (annex::SourceFile& file : files) {
    file.content =
        base::replace_all(file.content, "{bcrypt_cost} gespeichert", "{bcrypt_cost}, {length} gespeichert");
    file.content =
        base::replace_all(file.content, "of at least {bcrypt_cost}.", "of at least {bcrypt_cost}, {length}.");
  }
  EXPECT_THAT(findings(files), HasSubstr("nobody keeps {length} of encryption.secrets/passwords"));
}

// Green beside a sentence that its probe never attacked would be a lie.
TEST(Probes, stand_for_no_sentence_but_their_own) {
  EXPECT_THAT(findings(bent("availability.toml", "probes = []", "probes = [\"tls.versions\"]")),
              HasSubstr("availability.toml:19: the probe tls.versions proves nothing of "
                        "availability.backup/daily (it stands for versions of encryption.transport alone"));
  EXPECT_THAT(findings(bent("encryption.toml", "probes = [\"tls.hsts\"]", "probes = [\"tls.versions\"]")),
              HasSubstr("the probe tls.versions proves nothing of encryption.transport/hsts"));
}

TEST(Probes, are_listed_in_the_format_of_the_annex_with_what_they_stand_for) {
  const std::string page =
      base::read_text_file(base::Path(__FILE__).parent_path() / "../../docs/formats/annex.md").value();
  for (const annex::ProbeUse& probe : annex_vocabulary().probes)
    EXPECT_THAT(page, HasSubstr(fmt::format("| `{}` | `{}` / `{}` |", probe.id, probe.measure,
                                            base::join(probe.paragraphs, "`, `"))));
}

}  // namespace
}  // namespace art32::app
