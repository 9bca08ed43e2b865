// Owning pointers to OpenSSL's objects, for the .cpp files of this room only.
//
// require() is for calls that fail only when memory or the library itself is
// gone: they abort, since no caller could go on safely.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace art32::crypto {

template <auto release>
struct OpensslRelease {
  template <class Object>
  void operator()(Object* object) const {
    release(object);
  }
};

inline void release_names(GENERAL_NAMES* names) {
  GENERAL_NAMES_free(names);
}

using DigestContext = std::unique_ptr<EVP_MD_CTX, OpensslRelease<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, OpensslRelease<EVP_CIPHER_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, OpensslRelease<EVP_MAC_CTX_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, OpensslRelease<EVP_PKEY_free>>;
using BioPointer = std::unique_ptr<BIO, OpensslRelease<BIO_vfree>>;
using CertificatePointer = std::unique_ptr<X509, OpensslRelease<X509_free>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, OpensslRelease<X509_EXTENSION_free>>;
using NamesPointer = std::unique_ptr<GENERAL_NAMES, OpensslRelease<release_names>>;
using NumberPointer = std::unique_ptr<BIGNUM, OpensslRelease<BN_free>>;

// Aborts unless OpenSSL answered 1 (or a pointer).
void require(bool success, const char* call);

BioPointer reading_bio(std::string_view text);
BioPointer writing_bio();
std::string_view written(const BioPointer& bio);

// Nothing when the text isn't an unencrypted private key. Never asks for a pass phrase.
KeyPointer read_private_key(std::string_view pem);
KeyPointer read_public_key(std::string_view pem);  // nothing when it isn't a SubjectPublicKeyInfo
base::Secret write_private_key(EVP_PKEY* key);     // PKCS #8 PEM

}  // namespace art32::crypto
