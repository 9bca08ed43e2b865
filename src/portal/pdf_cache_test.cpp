#include "portal/pdf_cache.h"

#include <gtest/gtest.h>

#include <thread>

#include "portal/testing.h"

namespace art32::portal {

namespace {

PdfCache::Found wait_for(PdfCache& cache, model::Language language) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  PdfCache::Found found = cache.ask(language);
  while (found.state == PdfCache::State::working && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    found = cache.ask(language);
  }
  return found;
}

TEST(PdfCache, typesets_when_asked_and_finds_it_again_after_a_restart) {
  const base::ScratchFolder folder;
  const auto annex = std::make_shared<const model::Annex>(testing::sample_annex("1.0.0"));
  const std::string digest(64, 'a');
  std::string made;
  {
    PdfCache cache(folder.path());
    cache.want(annex, digest, "https://example.com");
    const PdfCache::Found found = wait_for(cache, model::Language::german);
    ASSERT_EQ(found.state, PdfCache::State::ready);
    made = *found.page->body;
    EXPECT_TRUE(made.starts_with("%PDF-"));
    ASSERT_EQ(wait_for(cache, model::Language::english).state, PdfCache::State::ready);
  }
  PdfCache again(folder.path());
  again.want(annex, digest, "https://example.com");
  EXPECT_EQ(*wait_for(again, model::Language::german).page->body, made);
}

TEST(PdfCache, ends_at_once_when_nobody_asked) {
  const base::ScratchFolder folder;
  const auto start = std::chrono::steady_clock::now();
  {
    PdfCache cache(folder.path());
    cache.want(std::make_shared<const model::Annex>(testing::sample_annex("1.0.0")), std::string(64, 'b'),
               "");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

// A WeasyPrint that notes its start and takes its time, before the real one in PATH.
class SlowTypesetter {
 public:
  SlowTypesetter() : before_(::getenv("PATH")) {
    const base::Path program = folder_.path() / "weasyprint";
    EXPECT_TRUE(base::replace_file(
        program, base::as_bytes("#!/bin/sh\necho >> " + starts().string() + "\nexec sleep 60\n")));
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    ::setenv("PATH", (folder_.path().string() + ":" + before_).c_str(), 1);
  }
  ~SlowTypesetter() { ::setenv("PATH", before_.c_str(), 1); }
  SlowTypesetter(const SlowTypesetter&) = delete;
  SlowTypesetter& operator=(const SlowTypesetter&) = delete;

  bool has_begun(std::size_t times) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until) {
      if (base::read_text_file(starts()).value_or("").size() >= times) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

 private:
  base::Path starts() const { return folder_.path() / "starts"; }
  base::ScratchFolder folder_;
  std::string before_;
};

TEST(PdfCache, begins_by_itself_and_kills_the_typesetting_when_it_ends) {
  const SlowTypesetter slow;
  const base::ScratchFolder folder;
  auto cache = std::make_unique<PdfCache>(folder.path());
  cache->want(std::make_shared<const model::Annex>(testing::sample_annex("1.0.0")), std::string(64, 'c'), "");
  ASSERT_TRUE(slow.has_begun(1));  // though nobody asked
  const auto start = std::chrono::steady_clock::now();
  cache.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(PdfCache, drops_what_it_typesets_for_a_newer_text) {
  const SlowTypesetter slow;
  const base::ScratchFolder folder;
  PdfCache cache(folder.path());
  const auto annex = std::make_shared<const model::Annex>(testing::sample_annex("1.0.0"));
  cache.want(annex, std::string(64, 'd'), "");
  ASSERT_TRUE(slow.has_begun(1));
  cache.want(annex, std::string(64, 'd'), "https://example.com");
  EXPECT_TRUE(slow.has_begun(2));
  EXPECT_EQ(cache.ask(model::Language::german).state, PdfCache::State::working);
}

}  // namespace

}  // namespace art32::portal
