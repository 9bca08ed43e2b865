// Broken secrets: passwords of a cost long given up or in clear, tokens in
// clear, a go-between that lets everybody in.

#include "audit/mutations/rewrite.h"
#include "audit/probes/probes.h"
#include "audit/scratch.h"
#include "store/database.h"

namespace art32::audit {
namespace {

struct Change {
  std::string_view sql;
  std::vector<store::Value> values = {};
};

// The server owns its database: it is changed while nobody serves it.
base::Status change(Scratch& scratch, const std::vector<Change>& changes) {
  ART32_CHECKED(scratch.stop());
  {
    ART32_ASSIGN(auto database, store::Database::open(scratch.target().state_database));
    for (const Change& one : changes)
      ART32_CHECKED(database.run(one.sql, one.values));
  }
  return scratch.serve();
}

base::Result<Target> with_rows(Scratch& scratch, const std::vector<Change>& changes) {
  scratch.undo_by([&scratch] {
    return change(scratch, {{"delete from api_tokens where account = 'careless'"},
                            {"delete from accounts where name = 'careless'"}});
  });
  ART32_CHECKED(change(scratch, changes));
  return scratch.target();
}

std::string now() {
  return base::rfc3339(base::SystemClock().now());
}

base::Result<Target> with_password(Scratch& scratch, const std::string& stored) {
  return with_rows(scratch, {{"insert into accounts (name, password, created_at) values ('careless', ?, ?)",
                              {stored, now()}}});
}

base::Result<Target> with_token(Scratch& scratch, const std::string& stored) {
  return with_rows(scratch, {{"insert into accounts (name, created_at) values ('careless', ?)", {now()}},
                             {"insert into api_tokens (account, name, token, abilities, created_at) "
                              "values ('careless', 'of the mutation', ?, '[\"*\"]', ?)",
                              {stored, now()}}});
}

// "password" by bcrypt of cost 4, which crypto/ refuses to make.
base::Result<Target> store_a_weak_password(Scratch& scratch) {
  return with_password(scratch, "$2b$04$art32carelessaccountsOgS5q6Ilc6AmGgXus8U4kdfhgmHrdDTK");
}

base::Result<Target> store_a_clear_password(Scratch& scratch) {
  return with_password(scratch, "correct horse battery staple");
}

// As long as a hash, and as a careless programmer would have stored it.
base::Result<Target> store_a_clear_token(Scratch& scratch) {
  return with_token(scratch, "careless_token_" + std::string(49, 'A'));
}

base::Result<Target> let_everybody_in(Scratch& scratch) {
  return scratch.behind_proxy(
      Scratch::ProxyKey::of_the_server, [](std::string_view request, std::string answer) {
        return target_of(request) == "/metrics" ? answer_with("let in") : std::move(answer);
      });
}

}  // namespace

std::vector<Mutation> mutations_of_passwords() {
  return {{{"In die Datenbank der Testinstanz wird ein Konto mit bcrypt-Kosten 4 geschrieben.",
            "An account with bcrypt cost 4 is written into the scratch instance's database."},
           store_a_weak_password},
          {{"In die Datenbank der Testinstanz wird ein Kennwort im Klartext geschrieben.",
            "A password in clear is written into the scratch instance's database."},
           store_a_clear_password},
          {{"Ein Proxy meldet jeden an, der ein Kennwort nennt.",
            "A proxy signs in everybody who names a password."},
           let_everybody_in}};
}

std::vector<Mutation> mutations_of_tokens() {
  return {
      {{"In die Datenbank der Testinstanz wird ein Token im Klartext geschrieben.",
        "A token in clear is written into the scratch instance's database."},
       store_a_clear_token},
      {{"Ein Proxy meldet jeden an, der ein Token nennt.", "A proxy signs in everybody who names a token."},
       let_everybody_in}};
}

}  // namespace art32::audit
