#include "identity/customers.h"

namespace art32::identity {

std::vector<store::Migration> Customers::migrations() {
  std::vector<store::Migration> all;
  for (const auto& part :
       {Teams::migrations(), Users::migrations(), Memberships::migrations(), PersonalTokens::migrations()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace art32::identity
