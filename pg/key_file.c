#include "postgres.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/string.h"
#include "key_file.h"
#include "storage/fd.h"
#include "utils/guc.h"

#define MOST_KEYS 8
#define KEPT_SECONDS 60
#define LINE_OCTETS (ART32_KEY_ID_OCTETS + 1 + 2 * ART32_KEY_OCTETS)

typedef struct Key {
  char id[ART32_KEY_ID_OCTETS + 1];
  uint8 secret[ART32_KEY_OCTETS];
} Key;

static char* key_file = NULL;
static Key keys[MOST_KEYS];
static int key_count = 0;
static time_t read_at = 0;  // 0: never, or of another file

static void file_changed(const char* value, void* extra) {
  key_count = 0;
  read_at = 0;
}

void art32_define_key_file(void) {
  DefineCustomStringVariable("art32.key_file", "File with the keys that entries are signed with.",
                             "Each line is a key's id, a blank and 64 hexadecimal digits.", &key_file, "",
                             PGC_SIGHUP, GUC_SUPERUSER_ONLY, NULL, file_changed, NULL);
  MarkGUCPrefixReserved("art32");
}

static void refuse_file(const char* why, const char* hint) {
  ereport(ERROR, (errcode(ERRCODE_CONFIG_FILE_ERROR), errmsg("the key file of art32 %s", why),
                  errdetail_log("art32.key_file is \"%s\".", key_file), errhint("%s", hint)));
}

// As PostgreSQL asks of its own TLS key: the server's user's alone, or root's with a group.
static void check_mode(FILE* file) {
  struct stat facts;

  if (fstat(fileno(file), &facts) != 0 || !S_ISREG(facts.st_mode))
    refuse_file("isn't a regular file", "Put the key file that art32 wrote there.");
  if (facts.st_uid == geteuid() ? (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0
                                : facts.st_uid != 0 || (facts.st_mode & (S_IWGRP | S_IXGRP | S_IRWXO)) != 0)
    refuse_file("may be read or written by others",
                "Give it to the server's user with mode 0600, or to root with 0640.");
}

static int digit(char octet) {
  if (octet >= '0' && octet <= '9') return octet - '0';
  if (octet >= 'a' && octet <= 'f') return octet - 'a' + 10;
  return -1;
}

static bool parse_line(const char* line, Key* key) {
  const char* blank = strchr(line, ' ');
  size_t size = blank == NULL ? 0 : (size_t)(blank - line);

  if (size == 0 || size > ART32_KEY_ID_OCTETS || strlen(blank + 1) != 2 * ART32_KEY_OCTETS) return false;
  memcpy(key->id, line, size);
  key->id[size] = '\0';
  for (int i = 0; i < ART32_KEY_OCTETS; i++) {
    int high = digit(blank[1 + 2 * i]);
    int low = digit(blank[2 + 2 * i]);

    if (high < 0 || low < 0) return false;
    key->secret[i] = (uint8)(high << 4 | low);
  }
  return true;
}

static void read_keys(void) {
  FILE* file;
  char line[LINE_OCTETS + 3];
  int count = 0;

  key_count = 0;
  if (key_file == NULL || key_file[0] == '\0')
    ereport(ERROR, (errcode(ERRCODE_CONFIG_FILE_ERROR), errmsg("art32.key_file isn't set"),
                    errhint("Name the key file in postgresql.conf and reload the server.")));
  file = AllocateFile(key_file, "r");
  if (file == NULL)
    // Not the file's own 42501, which says of a session that it acts for no team.
    ereport(ERROR, (errcode(ERRCODE_CONFIG_FILE_ERROR), errmsg("the key file of art32 can't be opened: %m"),
                    errdetail_log("art32.key_file is \"%s\".", key_file),
                    errhint("Let the server's user read it; the server's log says where it is to be.")));
  check_mode(file);
  while (fgets(line, sizeof line, file) != NULL) {
    pg_strip_crlf(line);
    if (count == MOST_KEYS || !parse_line(line, &keys[count]))
      refuse_file("isn't right", "Each line is a key's id, a blank and 64 hexadecimal digits; 8 at most.");
    count++;
  }
  explicit_bzero(line, sizeof line);
  FreeFile(file);
  if (count == 0) refuse_file("has no key in it", "Put the key file that art32 wrote there.");
  key_count = count;
}

static const Key* find(const char* id, size_t id_octets) {
  for (int i = 0; i < key_count; i++)
    if (strlen(keys[i].id) == id_octets && memcmp(keys[i].id, id, id_octets) == 0) return &keys[i];
  return NULL;
}

const uint8* art32_find_key(const char* id, size_t id_octets) {
  const Key* key = find(id, id_octets);
  time_t now = time(NULL);

  if (key == NULL ? now != read_at : now < read_at || now - read_at > KEPT_SECONDS) {
    read_keys();
    read_at = now;
    key = find(id, id_octets);
  }
  return key == NULL ? NULL : key->secret;
}
