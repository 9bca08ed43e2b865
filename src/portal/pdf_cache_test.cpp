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
    cache.want(annex, digest);
    const PdfCache::Found found = wait_for(cache, model::Language::german);
    ASSERT_EQ(found.state, PdfCache::State::ready);
    made = *found.page->body;
    EXPECT_TRUE(made.starts_with("%PDF-"));
    ASSERT_EQ(wait_for(cache, model::Language::english).state, PdfCache::State::ready);
  }
  PdfCache again(folder.path());
  again.want(annex, digest);
  EXPECT_EQ(*wait_for(again, model::Language::german).page->body, made);
}

TEST(PdfCache, ends_at_once_when_nobody_asked) {
  const base::ScratchFolder folder;
  const auto start = std::chrono::steady_clock::now();
  {
    PdfCache cache(folder.path());
    cache.want(std::make_shared<const model::Annex>(testing::sample_annex("1.0.0")), std::string(64, 'b'));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

}  // namespace

}  // namespace art32::portal
