#include <algorithm>
#include <array>

#include "tests/tidy/code_text.h"
#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

constexpr std::array capabilities = {"gateway", "tenancy", "trail",     "ledger",  "identity",
                                     "backup",  "audit",   "registers", "workers", "annex"};

bool is_capability(std::string_view name) {
  return std::find(capabilities.begin(), capabilities.end(), name) != capabilities.end();
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view room_of(std::string_view include) {
  const auto slash = include.find('/');
  return slash == include.npos ? std::string_view() : include.substr(0, slash);
}

// Which files may include headers that begin so; the first row that fits counts.
// An owner is a room, or a single file: headers that take seconds to compile are
// kept in few places.
struct LibraryOwner {
  std::string_view prefix;
  std::vector<std::string_view> owners;
};

const std::vector<LibraryOwner>& library_owners() {
  static const std::vector<LibraryOwner> rows = {
      {"openssl/ssl.h", {"crypto", "net"}},
      {"openssl/tls1.h", {"crypto", "net"}},
      {"openssl/err.h", {"crypto", "net"}},
      {"openssl/pem.h", {"crypto", "net"}},
      {"openssl/x509", {"crypto", "net"}},
      {"openssl/", {"crypto"}},
      {"crypt.h", {"crypto"}},
      {"boost/beast", {"src/net/http_request_head.cpp", "src/net/http_response_reader.cpp"}},
      {"boost/asio", {"net"}},
      {"boost/json", {"annex", "audit", "ledger", "identity", "tenancy", "trail", "portal", "app"}},
      {"boost/url", {"portal"}},
      {"sys/socket.h", {"net"}},
      {"sys/un.h", {"net"}},
      {"sys/epoll.h", {"net"}},
      {"sys/uio.h", {"net"}},
      {"poll.h", {"net"}},
      {"sys/poll.h", {"net"}},
      {"netinet/", {"net"}},
      {"arpa/inet.h", {"net", "crypto"}},  // addresses in certificates
      {"netdb.h", {"net"}},
      {"liburing.h", {"net"}},
      {"postgresql/libpq-fe.h", {"src/net/libpq.h"}},
      {"sqlite3.h", {"store"}},
      {"toml++/", {"annex", "app"}},
      {"CLI/", {"app"}},
      {"spdlog/", {"base"}},
      {"date/", {"workers"}},
      {"prometheus/", {"portal"}},
      {"zstd.h", {"trail"}},
      {"zlib.h", {"portal"}},
      {"stringprep.h", {"pgwire"}},
      {"systemd/", {"net", "app"}},
  };
  return rows;
}

}  // namespace

Findings check_room_includes(const Repository& repository) {
  Findings findings;
  const auto rooms = repository.rooms();
  for (const auto& file : repository.files) {
    if (!file.is_code() || file.room().empty()) continue;
    const auto room =
        std::find_if(rooms.begin(), rooms.end(), [&](const auto& row) { return row.name == file.room(); });
    if (room == rooms.end()) continue;
    for (const auto& include : includes_of(file.text)) {
      const auto other = room_of(include.path);
      const bool is_room =
          std::any_of(rooms.begin(), rooms.end(), [&](const auto& row) { return row.name == other; });
      if (!include.is_quoted || !is_room || other == room->name || contains(room->uses, other)) continue;
      findings.push_back(
          {file.path, include.line, "room " + room->name + " may not include " + include.path});
    }
  }
  return findings;
}

Findings check_room_table(const Repository& repository) {
  Findings findings;
  std::vector<std::string> above;
  for (const auto& room : repository.rooms()) {
    for (const auto& used : room.uses) {
      if (!contains(above, used))
        findings.push_back({"CMakeLists.txt", 0, room.name + " uses " + used + ", which is not above it"});
      if (is_capability(room.name) && is_capability(used))
        findings.push_back({"CMakeLists.txt", 0, "capability " + room.name + " uses capability " + used});
    }
    above.push_back(room.name);
  }
  if (above.empty()) findings.push_back({"CMakeLists.txt", 0, "no art32_room table found"});
  return findings;
}

Findings check_library_includes(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (!file.is_code() || file.room().empty()) continue;
    for (const auto& include : includes_of(file.text)) {
      const auto& rows = library_owners();
      const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& owner) {
        return include.path.starts_with(owner.prefix);
      });
      if (row == rows.end()) continue;
      const bool is_owner = std::any_of(row->owners.begin(), row->owners.end(), [&](std::string_view owner) {
        return owner == file.room() || owner == file.path;
      });
      if (!is_owner)
        findings.push_back({file.path, include.line, "<" + include.path + "> belongs elsewhere"});
    }
  }
  return findings;
}

}  // namespace art32::tidy
