# shellcheck shell=bash
# Brings what is missing from Debian and npm, as root or through sudo, without a
# question. The lists are tools/packages-*.txt, one package a line.

listed_packages() {
  local list
  for list in "$@"; do
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "tools/packages-$list.txt"
  done | sort -u
}

# Node.js often comes from elsewhere than Debian: its commands count, not its package.
package_is_present() {
  case $1 in
    nodejs) have node || have nodejs ;;
    npm) have npm ;;
    nginx-light) have nginx || [[ -x /usr/sbin/nginx ]] ;;
    *) return 1 ;;
  esac
}

# missing_packages LIST...: names of packages that are not installed, one a line.
missing_packages() {
  local package installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | awk '$1 == "installed" {print $2}')
  while read -r package; do
    if ! grep -Fqx -- "$package" <<<"$installed" && ! package_is_present "$package"; then
      printf '%s\n' "$package"
    fi
  done < <(listed_packages "$@")
}

# Prints the words that make a command run as root; fails if there is no way.
root_words() {
  if ((EUID == 0)); then return 0; fi
  if have sudo && sudo -n true 2>/dev/null; then
    printf 'sudo -n '
    return 0
  fi
  return 1
}

# try_again COMMAND...: registries and mirrors fail now and then, so up to three times.
try_again() {
  local pause
  for pause in 5 20; do
    if "$@"; then return 0; fi
    say "dev: that failed; trying again in $pause seconds"
    sleep "$pause"
  done
  "$@"
}

apt_get() {
  local prefix
  prefix=$(root_words)
  # shellcheck disable=SC2086 # the prefix is several words or none
  run ${prefix}env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@" </dev/null >&2
}

apt_knows() {
  local package
  for package in "$@"; do
    apt-cache show --no-all-versions "$package" >/dev/null 2>&1 || return 1
  done
}

update_and_install() {
  apt_get update && apt_get install -y --no-install-recommends "$@"
}

# install_packages LIST...
install_packages() {
  if ! have dpkg-query || ! have apt-get; then
    say "dev: this is not Debian; going on with what is here. tools/packages-*.txt lists what is needed"
    return 0
  fi
  local packages
  mapfile -t packages < <(missing_packages "$@")
  if ((${#packages[@]} == 0)); then return 0; fi
  local line="apt-get install -y --no-install-recommends ${packages[*]}"
  if ! root_words >/dev/null; then
    can_not_install "packages are missing and this user can't install them. Run as root:
  apt-get update && $line"
  fi
  if ! apt_knows "${packages[@]}"; then
    try_again apt_get update || can_not_install "apt-get update failed. Check /etc/apt/sources.list and the network"
  fi
  if ! apt_get install -y --no-install-recommends "${packages[@]}"; then
    # The package lists may be older than the archive.
    try_again update_and_install "${packages[@]}" ||
      can_not_install "could not install packages. See the message above, then run as root: $line"
  fi
}

# The scripts that tests need from npm, exactly as each package-lock.json says.
install_npm() {
  install_npm_of tests/browser
  install_npm_of tests/gateway/clients
  install_npm_of tests/openapi
  install_npm_of examples/invoices-express
}

install_npm_of() {
  local folder=$1
  if [[ ! -f $folder/package-lock.json ]]; then return 0; fi
  local stamp=$folder/node_modules/.installed-lock.json
  if cmp -s "$folder/package-lock.json" "$stamp"; then return 0; fi
  local authorities=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt} # also those that the machine trusts
  try_again run env CI=true NODE_EXTRA_CA_CERTS="$authorities" PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
    npm ci --prefix "$folder" --no-audit --no-fund --ignore-scripts </dev/null >&2 ||
    can_not_install "npm ci failed in $folder. See the message above; it needs the npm registry"
  cp "$folder/package-lock.json" "$stamp"
}
