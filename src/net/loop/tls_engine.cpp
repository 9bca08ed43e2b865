#include "net/loop/tls_engine.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace art32::net {
namespace {

// What engines of this thread put out, one after the other.
base::Bytes& thread_output() {
  static thread_local base::Bytes output;
  return output;
}

std::array<std::uint8_t, TlsStream::record_octets>& thread_plaintext() {
  static thread_local std::array<std::uint8_t, TlsStream::record_octets> plaintext;
  return plaintext;
}

}  // namespace

struct EngineBio {
  static TlsEngine& engine(BIO* bio) { return *static_cast<TlsEngine*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* target, int size) {
    BIO_clear_retry_flags(bio);
    base::ByteView& input = engine(bio).input_;
    if (input.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t count = std::min(input.size(), static_cast<std::size_t>(size));
    std::memcpy(target, input.data(), count);
    input = input.subspan(count);
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* source, int size) {
    BIO_clear_retry_flags(bio);
    base::append(thread_output(), base::as_bytes({source, static_cast<std::size_t>(size)}));
    return size;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* method() {
    static const BIO_METHOD* const table = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "art32 engine");
      ART32_ASSERT(made != nullptr);
      BIO_meth_set_read(made, read);
      BIO_meth_set_write(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return table;
  }
};

void TlsEngine::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

TlsEngine::TlsEngine(ssl_ctx_st* context, TlsRole role) : ssl_(SSL_new(context)) {
  ART32_ASSERT(ssl_ != nullptr);
  BIO* bio = BIO_new(EngineBio::method());
  ART32_ASSERT(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  if (role == TlsRole::server)
    SSL_set_accept_state(ssl_.get());
  else
    SSL_set_connect_state(ssl_.get());
}

TlsEngine::~TlsEngine() = default;

void TlsEngine::give(base::ByteView ciphertext) {
  if (kept_.empty() && input_.empty()) {
    input_ = ciphertext;
    return;
  }
  keep_input();
  base::append(kept_, ciphertext);
  input_ = kept_;
}

void TlsEngine::keep_input() {
  base::Bytes left(input_.begin(), input_.end());
  kept_ = std::move(left);
  input_ = kept_;
}

bool TlsEngine::has_input() const {
  return !input_.empty() || SSL_has_pending(ssl_.get()) == 1;
}

TlsEngine::Progress TlsEngine::judge(int result) {
  if (input_.empty() && !kept_.empty()) base::Bytes().swap(kept_);
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Progress::done;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Progress::wants_more;
    case SSL_ERROR_ZERO_RETURN:
      failure_ = "the peer closed the connection";
      return Progress::closed;
    default:
      failure_ = take_tls_error();
      return Progress::failed;
  }
}

TlsEngine::Progress TlsEngine::handshake() {
  ERR_clear_error();
  const Progress progress = judge(SSL_do_handshake(ssl_.get()));
  is_established_ = progress == Progress::done;
  return progress;
}

TlsEngine::Progress TlsEngine::read(base::ByteView& plaintext) {
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), thread_plaintext().data(), thread_plaintext().size(), &got);
  plaintext = base::ByteView(thread_plaintext()).first(got);
  return judge(result);
}

TlsEngine::Progress TlsEngine::write(base::ByteView plaintext) {
  ART32_ASSERT(plaintext.size() <= TlsStream::record_octets);
  ERR_clear_error();
  std::size_t put = 0;
  return judge(SSL_write_ex(ssl_.get(), plaintext.data(), plaintext.size(), &put));
}

void TlsEngine::close_notify() {
  ERR_clear_error();
  if (is_established_) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

base::ByteView TlsEngine::output() const {
  return thread_output();
}

void TlsEngine::clear_output() {
  base::Bytes& output = thread_output();
  output.clear();
  if (output.capacity() > 1U << 20) base::Bytes().swap(output);
}

}  // namespace art32::net
