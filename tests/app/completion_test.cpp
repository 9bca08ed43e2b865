// The completions of bash and zsh, as these shells run them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "net/subprocess.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;
using Words = std::vector<std::string>;

Words printed_by(std::vector<std::string> arguments, const base::Path& folder) {
  const auto finished = net::run({std::move(arguments), {}, {}, folder}, 30s);
  EXPECT_TRUE(finished && finished->exit_code == 0) << (finished ? finished->errors : "");
  Words words;
  if (!finished) return words;
  for (const std::string_view line : base::split(finished->output, '\n'))
    if (!line.empty()) words.emplace_back(line);
  return words;
}

// What bash offers after these words, the last of which is being typed.
Words bash(const Words& typed, const base::Path& folder = {}) {
  std::vector<std::string> arguments{"bash", "-c",
                                     "source <(\"$0\" completion bash) && COMP_WORDS=(art32 \"$@\") && "
                                     "COMP_CWORD=$# && _art32 && printf '%s\\n' \"${COMPREPLY[@]}\"",
                                     ART32_PROGRAM};
  arguments.insert(arguments.end(), typed.begin(), typed.end());
  return printed_by(std::move(arguments), folder);
}

// The same of zsh; what its completion system would be asked for is printed instead.
Words zsh(const Words& typed) {
  std::vector<std::string> arguments{
      "zsh",
      "-f",
      "-c",
      "_describe() { local each; for each in ${(P)2}; do print -r -- ${each%%:*}; done }\n"
      "compadd() { shift; print -rl -- \"$@\" }\n"
      "compset() { PREFIX=${PREFIX#*=} }\n"
      "_files() { print -r -- \"files $*\" }\n"
      "program=$1; shift; words=(art32 \"$@\"); CURRENT=$#words; PREFIX=$words[CURRENT]\n"
      "eval \"$($program completion zsh)\"",
      "zsh",
      ART32_PROGRAM};
  arguments.insert(arguments.end(), typed.begin(), typed.end());
  return printed_by(std::move(arguments), {});
}

TEST(BashCompletion, offers_every_command) {
  EXPECT_THAT(bash({""}), IsSupersetOf({"init", "serve", "demo", "check", "status", "audit", "annex",
                                        "ledger", "account", "token", "team", "user", "principal", "tenancy",
                                        "trail", "witness", "completion", "man", "version"}));
  EXPECT_THAT(bash({"an"}), ElementsAre("annex"));
  EXPECT_THAT(bash({"annex", ""}), UnorderedElementsAre("check", "show", "diff", "history", "publish"));
  EXPECT_THAT(bash({"ledger", "ver"}), ElementsAre("verify"));
  EXPECT_THAT(bash({"trail", "ex"}), ElementsAre("export"));
}

TEST(BashCompletion, goes_on_after_global_options) {
  EXPECT_THAT(bash({"--folder", "/srv/art32", "sta"}), ElementsAre("status"));
  EXPECT_THAT(bash({"-f", "annex", "--json", "led"}), ElementsAre("ledger"));
  EXPECT_THAT(bash({"--folder", "=", "/srv/art32", "annex", "sh"}), ElementsAre("show"));
  EXPECT_THAT(bash({"annex", "--folder", "/srv/art32", "hi"}), ElementsAre("history"));
  EXPECT_THAT(bash({"--folder", "/srv/art32", "annex", "show", "--format", ""}),
              ElementsAre("md", "html", "json", "pdf"));
}

TEST(BashCompletion, offers_options_everywhere) {
  EXPECT_THAT(bash({"--"}), UnorderedElementsAre("--help", "--folder", "--json", "--version"));
  EXPECT_THAT(bash({"annex", "show", "--lang", "en", "--fo"}), UnorderedElementsAre("--format", "--folder"));
  EXPECT_THAT(bash({"audit", "--only", "tls.versions", "--m"}), ElementsAre("--mutate"));
  EXPECT_THAT(bash({"status", "--folder", "/srv/art32", "--js"}), ElementsAre("--json"));
}

TEST(BashCompletion, offers_the_fixed_choices_of_options_and_arguments) {
  EXPECT_THAT(bash({"annex", "show", "--lang", ""}), ElementsAre("de", "en"));
  EXPECT_THAT(bash({"annex", "show", "--lang", "=", "e"}), ElementsAre("en"));
  EXPECT_THAT(bash({"annex", "show", "--lang", "="}), ElementsAre("de", "en"));
  EXPECT_THAT(bash({"annex", "diff", "1.0.0", "--lang", ""}), ElementsAre("de", "en"));
  EXPECT_THAT(bash({"trail", "export", "--as", ""}), ElementsAre("ocsf", "csv", "records"));
  EXPECT_THAT(bash({"completion", "b"}), ElementsAre("bash"));
  EXPECT_THAT(bash({"completion", ""}), ElementsAre("bash", "zsh"));
  EXPECT_THAT(bash({"audit", "--only", "tls."}),
              UnorderedElementsAre("tls.versions", "tls.hsts", "tls.pins"));
  EXPECT_THAT(bash({"audit", "--only", "tls.versions", "annex."}), ElementsAre("annex.pairing"));
}

TEST(BashCompletion, offers_files_only_where_one_is_meant) {
  const base::ScratchFolder folder;
  ASSERT_TRUE(base::make_folder(folder.path() / "berlin north"));
  ASSERT_TRUE(base::replace_file(folder.path() / "bonn.txt", base::as_bytes("x")));
  EXPECT_THAT(bash({"annex", "check", "b"}, folder.path()), UnorderedElementsAre("berlin north", "bonn.txt"));
  EXPECT_THAT(bash({"--folder", "b"}, folder.path()), ElementsAre("berlin north"));
  EXPECT_THAT(bash({"completion", "bo"}, folder.path()), IsEmpty());
  EXPECT_THAT(bash({"account", "token", "issue", "--name", "b"}, folder.path()), IsEmpty());
  EXPECT_THAT(bash({"b"}, folder.path()), IsEmpty());
}

TEST(ZshCompletion, offers_commands_options_and_choices) {
  EXPECT_THAT(zsh({""}), IsSupersetOf({"init", "serve", "annex", "completion"}));
  EXPECT_THAT(zsh({"--folder", "/srv/art32", ""}), Contains("status"));
  EXPECT_THAT(zsh({"--folder=/srv/art32", "annex", ""}),
              UnorderedElementsAre("check", "show", "diff", "history", "publish"));
  EXPECT_THAT(zsh({"annex", "show", "--lang", "en", "--"}), IsSupersetOf({"--format", "--folder", "--json"}));
  EXPECT_THAT(zsh({"annex", "show", "--lang", ""}), ElementsAre("de", "en"));
  EXPECT_THAT(zsh({"annex", "show", "--format="}), ElementsAre("md", "html", "json", "pdf"));
  EXPECT_THAT(zsh({"completion", "b"}), ElementsAre("bash", "zsh")) << "zsh itself narrows them";
  EXPECT_THAT(zsh({"--folder", ""}), ElementsAre("files -/"));
  EXPECT_THAT(zsh({"annex", "check", ""}), ElementsAre(StartsWith("files")));
  EXPECT_THAT(zsh({"audit", "--only", ""}), Contains("tls.pins"));
  EXPECT_THAT(zsh({"audit", "--only", "tls.pins", "--"}), Each(StartsWith("--")));
  EXPECT_THAT(zsh({"account", "token", "issue", ""}), Not(Contains("status")));
}

}  // namespace
}  // namespace art32::test
