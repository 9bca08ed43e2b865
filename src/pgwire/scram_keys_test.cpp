#include "pgwire/scram_keys.h"

#include <gtest/gtest.h>

#include "pgwire/scram_messages.h"

namespace art32::pgwire {
namespace {

// RFC 7677 section 3.
TEST(ScramKeys, give_the_published_proof_and_signature) {
  const std::string client_first_bare = "n=user,r=rOprNGfwEbeRWgbNEkqO";
  const std::string server_first =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  const std::string without_proof = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const ScramKeys keys = derive_scram_keys(base::Secret(std::string_view("pencil")),
                                           base::from_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value(), 4096);
  const std::string message = scram_auth_message(client_first_bare, server_first, without_proof);
  const base::Secret client_signature = scram_signature(scram_stored_key(keys.client_key), message);
  const base::Secret proof = exclusive_or(keys.client_key.view(), client_signature.view());
  EXPECT_EQ(with_proof(without_proof, proof),
            without_proof + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_EQ(format_server_final(scram_signature(keys.server_key, message)),
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  EXPECT_EQ(base::hex(exclusive_or(proof.view(), client_signature.view()).view()),
            base::hex(keys.client_key.view()));
}

}  // namespace
}  // namespace art32::pgwire
