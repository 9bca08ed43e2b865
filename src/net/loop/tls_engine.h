// TLS without a socket: ciphertext in, plaintext out, and the other way round.
//
// For Leg. Between calls it holds what of a record has come and isn't whole; its output
// stands in a buffer of the thread, valid until the next call to any engine. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "net/tls_stream.h"

namespace art32::net {

class TlsEngine {
 public:
  TlsEngine(ssl_ctx_st* context, TlsRole role);
  ~TlsEngine();

  // Ciphertext to be read by what follows; it must outlive it, or be kept by keep_input().
  void give(base::ByteView ciphertext);
  void keep_input();  // copies what hasn't been read
  bool has_input() const;

  enum class Progress { done, wants_more, closed, failed };
  Progress handshake();
  bool is_established() const { return is_established_; }
  // Plaintext of at most one record; empty with wants_more, closed, failed.
  Progress read(base::ByteView& plaintext);
  // One record at most; `octets` of it are taken.
  Progress write(base::ByteView plaintext);
  void close_notify();

  // Ciphertext that is due to the peer; taken by clear_output().
  base::ByteView output() const;
  void clear_output();

  ssl_st* native() const { return ssl_.get(); }
  const std::string& failure() const { return failure_; }

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  friend struct EngineBio;
  Progress judge(int result);

  std::unique_ptr<ssl_st, Free> ssl_;
  base::ByteView input_;
  base::Bytes kept_;
  bool is_established_ = false;
  std::string failure_;
};

}  // namespace art32::net
