#!/bin/bash
# What the tests need from Debian: a real AD (Samba AD DC) and a browser (Chromium). Nothing happens where both are.
# As root they are installed from the mirror that this machine already uses; otherwise it says what is missing.
set -euo pipefail

SAMBA=(samba samba-ad-dc samba-dsdb-modules samba-ad-provision winbind ldb-tools openssl)
BROWSER=(chromium libatomic1) # the library is for the program that drives the browser

SAMBA_FILES=(/usr/sbin/samba /usr/bin/samba-tool /usr/bin/ldbadd /usr/bin/openssl /usr/share/samba/setup/provision.ldif)

exist() {
  local file
  for file in "$@"; do [ -e "$file" ] || return 1; done
}

missing() {
  local found=()
  exist "${SAMBA_FILES[@]}" || found+=("${SAMBA[@]}")
  exist /usr/bin/chromium && /sbin/ldconfig -p | grep -q libatomic.so.1 || found+=("${BROWSER[@]}")
  echo "${found[@]}"
}

# The first mirror of this machine that carries its own release: "address codename".
mirror() {
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    awk -v codename="$codename" '
      $1 == "deb" { sub(/\[[^]]*\]/, ""); if ($3 == codename) { print $2, codename; exit } }
      $1 == "URIs:" { address = $2 }
      $1 == "Suites:" { for (i = 2; i <= NF; i++) if ($i == codename) { print address, codename; exit } }'
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes -o DPkg::Lock::Timeout=600 "$@" </dev/null
}

install() {
  local address codename
  apt update
  read -r address codename < <(mirror) || true
  # Samba of the backports loads four times faster and works at the functional level 2016; the release's works too.
  if [[ " $* " == *" samba "* && -n ${address:-} ]]; then
    local extra=/etc/apt/sources.list.d/behorig-backports.list
    local key=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e $key ] && key="[signed-by=$key] " || key=""
    echo "deb $key$address $codename-backports main" >$extra
    if apt update && apt install --no-install-recommends --target-release "$codename-backports" "${SAMBA[@]}"; then
      echo "Samba comes from $codename-backports."
    else
      echo "No backports here: Samba comes from $codename."
    fi
    rm -f $extra
    apt update
  fi
  apt install --no-install-recommends "$@"
}

read -r -a wanted < <(missing) || true
[ ${#wanted[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  {
    echo "The tests need programs that are not installed here: ${wanted[*]}"
    echo "On Debian or Ubuntu, as root:"
    echo "  apt-get update && apt-get install --no-install-recommends ${wanted[*]}"
    echo "or run make test as root once: it installs them itself."
  } >&2
  exit 1
fi

echo "Installing ${wanted[*]} ..."
log=$(mktemp)
if ! install "${wanted[@]}" >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  echo "The packages could not be installed; the whole log: $log" >&2
  exit 1
fi
rm -f "$log"
