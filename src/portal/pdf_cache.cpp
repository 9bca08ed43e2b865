#include "portal/pdf_cache.h"

#include "annex/render.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/digest.h"

namespace art32::portal {

namespace {

constexpr auto wait_after_failure = std::chrono::minutes(15);
constexpr auto quiet_while = std::chrono::seconds(1);

// By what is typeset, so that a change of the document's form counts as well.
std::string file_name(const std::string& html, model::Language language) {
  return "annex-" + crypto::sha256_hex(html).substr(0, 24) + "-" + std::string(model::tag(language)) + ".pdf";
}

// Files of earlier texts.
void remove_others(const base::Path& folder, const std::set<std::string>& kept) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("annex-") && name.ends_with(".pdf") && !kept.contains(name))
      std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace

PdfCache::PdfCache(base::Path folder)
    : folder_(std::move(folder)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

PdfCache::~PdfCache() {
  thread_.request_stop();
  const std::lock_guard lock(mutex_);
  running_.request_stop();
}

void PdfCache::want(std::shared_ptr<const model::Annex> annex, const std::string& digest,
                    const std::string& pages) {
  {
    const std::lock_guard lock(mutex_);
    const bool is_new = digest != wanted_.digest || pages != wanted_.pages;
    const bool has_failed = std::any_of(found_.begin(), found_.end(),
                                        [](const auto& one) { return one.second.state == State::failed; });
    if (!is_new && (!has_failed || std::chrono::steady_clock::now() < try_again_)) return;
    wanted_ = {std::move(annex), digest, pages};
    if (is_new) found_.clear();
    running_.request_stop();
    is_pending_ = true;
    begin_at_ = std::chrono::steady_clock::now() + quiet_while;
  }
  wake_.notify_all();
}

PdfCache::Found PdfCache::ask(model::Language language) {
  const std::lock_guard lock(mutex_);
  const auto found = found_.find(language);
  if (found != found_.end()) return found->second;
  is_urgent_ = is_pending_;
  wake_.notify_all();
  return {};
}

void PdfCache::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (!wake_.wait(lock, stop, [this] { return is_pending_; })) return;
    // A newer want() moves the time on.
    while (!is_urgent_ && !stop.stop_requested() && std::chrono::steady_clock::now() < begin_at_)
      wake_.wait_until(lock, stop, begin_at_, [this] { return is_urgent_; });
    if (stop.stop_requested()) return;
    const Order order = wanted_;
    running_ = std::stop_source();
    const std::stop_token running = running_.get_token();
    is_pending_ = false;
    is_urgent_ = false;
    lock.unlock();
    make(order, running);
    lock.lock();
  }
}

void PdfCache::make(const Order& order, const std::stop_token& stop) {
  bool is_complete = true;
  std::set<std::string> kept;
  for (model::Language language : model::languages) {
    Found found = produce(order, language, stop, kept);
    is_complete = is_complete && found.state == State::ready;
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested()) return;  // a newer text came meanwhile, or the end
    found_[language] = std::move(found);
    try_again_ = std::chrono::steady_clock::now() + wait_after_failure;
  }
  if (is_complete) remove_others(folder_, kept);
}

PdfCache::Found PdfCache::produce(const Order& order, model::Language language, const std::stop_token& stop,
                                  std::set<std::string>& kept) const {
  std::string html = annex::to_html(*order.annex, language, order.pages);
  const std::string file = file_name(html, language);
  const base::Path path = folder_ / file;
  kept.insert(file);
  base::Result<base::Bytes> pdf = base::read_file(path, base::limits::subprocess_output_octets);
  if (!pdf) {
    pdf = annex::typeset(std::move(html), stop);
    if (!pdf && stop.stop_requested()) return {State::failed, nullptr};  // nobody waits for it
    if (!pdf) {
      base::log_warning("PDF failed",
                        {{"language", std::string(model::tag(language))}, {"error", pdf.error().message()}});
      return {State::failed, nullptr};
    }
    base::Status stored = base::make_folder(folder_);
    if (stored) stored = base::replace_file(path, *pdf);
    if (!stored) base::log_warning("PDF not kept", {{"error", stored.error().message()}});
  }
  const std::string name =
      "annex-" + order.annex->document.version + "-" + std::string(model::tag(language)) + ".pdf";
  auto body = std::make_shared<const std::string>(base::to_text(*pdf));
  return {State::ready, std::make_shared<const StoredPage>(
                            store_page("application/pdf", std::move(body), Caching::revalidate,
                                       {{"Content-Disposition", "inline; filename=\"" + name + "\""}}))};
}

}  // namespace art32::portal
