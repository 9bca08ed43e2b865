#include "portal/pdf_cache.h"

#include "annex/render.h"
#include "base/limits.h"
#include "base/log.h"

namespace art32::portal {

namespace {

constexpr auto wait_after_failure = std::chrono::minutes(15);
constexpr auto quiet_while = std::chrono::seconds(30);

std::string file_name(const std::string& digest, model::Language language) {
  return "annex-" + digest.substr(0, 24) + "-" + std::string(model::tag(language)) + ".pdf";
}

// Files of earlier texts; those of the present one stay.
void remove_others(const base::Path& folder, const std::string& digest) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("annex-") && name.ends_with(".pdf") &&
        name.find(digest.substr(0, 24)) == std::string::npos)
      std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace

PdfCache::PdfCache(base::Path folder)
    : folder_(std::move(folder)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

PdfCache::~PdfCache() {
  thread_.request_stop();
  wake_.notify_all();
}

void PdfCache::want(std::shared_ptr<const model::Annex> annex, const std::string& digest) {
  {
    const std::lock_guard lock(mutex_);
    const bool is_new = digest != wanted_.digest;
    const bool has_failed = std::any_of(found_.begin(), found_.end(),
                                        [](const auto& one) { return one.second.state == State::failed; });
    if (!is_new && (!has_failed || std::chrono::steady_clock::now() < try_again_)) return;
    wanted_ = {std::move(annex), digest};
    if (is_new) found_.clear();
    is_pending_ = true;
    begin_at_ = std::chrono::steady_clock::now() + quiet_while;
  }
  wake_.notify_all();
}

PdfCache::Found PdfCache::ask(model::Language language) {
  const std::lock_guard lock(mutex_);
  const auto found = found_.find(language);
  if (found != found_.end()) return found->second;
  is_urgent_ = true;
  wake_.notify_all();
  return {};
}

void PdfCache::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (!wake_.wait(lock, stop, [this] { return is_pending_; })) return;
    wake_.wait_until(lock, stop, begin_at_, [this] { return is_urgent_; });
    if (stop.stop_requested()) return;
    const Order order = wanted_;
    is_pending_ = false;
    is_urgent_ = false;
    lock.unlock();
    make(order);
    lock.lock();
  }
}

void PdfCache::make(const Order& order) {
  bool is_complete = true;
  for (model::Language language : model::languages) {
    Found found = produce(order, language);
    is_complete = is_complete && found.state == State::ready;
    const std::lock_guard lock(mutex_);
    if (wanted_.digest != order.digest) return;  // a newer text came meanwhile
    found_[language] = std::move(found);
    try_again_ = std::chrono::steady_clock::now() + wait_after_failure;
  }
  if (is_complete) remove_others(folder_, order.digest);
}

PdfCache::Found PdfCache::produce(const Order& order, model::Language language) const {
  const base::Path path = folder_ / file_name(order.digest, language);
  base::Result<base::Bytes> pdf = base::read_file(path, base::limits::subprocess_output_octets);
  if (!pdf) {
    pdf = annex::to_pdf(*order.annex, language);
    if (!pdf) {
      base::log_warning("PDF failed",
                        {{"language", std::string(model::tag(language))}, {"error", pdf.error().message()}});
      return {State::failed, nullptr};
    }
    base::Status kept = base::make_folder(folder_);
    if (kept) kept = base::replace_file(path, *pdf);
    if (!kept) base::log_warning("PDF not kept", {{"error", kept.error().message()}});
  }
  const std::string name =
      "annex-" + order.annex->document.version + "-" + std::string(model::tag(language)) + ".pdf";
  auto body = std::make_shared<const std::string>(base::to_text(*pdf));
  return {State::ready, std::make_shared<const StoredPage>(
                            store_page("application/pdf", std::move(body), Caching::revalidate,
                                       {{"Content-Disposition", "inline; filename=\"" + name + "\""}}))};
}

}  // namespace art32::portal
