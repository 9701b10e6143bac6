# Which distribution packages rampart needs, and how they are installed. Sourced by script/setup.
# An entry with | gives names in order of preference: the first that is installed or can be.
# shellcheck shell=bash disable=SC2034

# To build and run the server.
build_packages=(
  clang-19 lld-19 libclang-rt-19-dev cmake ninja-build ccache pkg-config
  "libboost1.81-dev|libboost-dev" "libboost-json1.81-dev|libboost-json-dev"
  libssl-dev libsimdjson-dev libspdlog-dev libfmt-dev prometheus-cpp-dev libyaml-cpp-dev
  libcli11-dev libexpected-dev libre2-dev libpcre2-dev libhiredis-dev
  ca-certificates curl python3
)

# To run every test, check and benchmark as well. promtool comes with prometheus, amtool with
# prometheus-alertmanager; the JSON Schema test suite with libtest-json-schema-acceptance-perl.
test_packages=(
  libgtest-dev libgmock-dev libbenchmark-dev libtest-json-schema-acceptance-perl
  prometheus prometheus-alertmanager redis-server nginx-light wrk clang-format-19 clang-tidy-19 g++
  xz-utils procps
)

# For script/image-test: a base image, an engine with networks and compose files (netavark runs iptables, and its package
# does not say so), a way into a container's network.
image_packages=(debootstrap podman runc catatonit netavark iptables aardvark-dns podman-compose util-linux)

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# missing_packages ENTRY...: the entries of which no name is installed, one a line. One dpkg-query for all.
missing_packages() {
  local names entry name found
  mapfile -t names < <(printf '%s\n' "$@" | tr '|' '\n')
  local installed=" "
  while read -r name found; do
    [ "$found" = installed ] && installed+="${name%%:*} "
  done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${names[@]}" 2>/dev/null || true)
  for entry in "$@"; do
    found=
    for name in ${entry//|/ }; do
      [[ $installed == *" $name "* ]] && found=yes
    done
    [ -n "$found" ] || echo "$entry"
  done
}

# choose_name ENTRY: the first of the entry's names that the package sources offer.
choose_name() {
  local name
  for name in ${1//|/ }; do
    if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
  return 1
}

# A package that ships a service (nginx, prometheus) would start it when installed, and again at
# every boot. policy-rc.d forbids the start; whatever policy stood there before comes back.
policy=/usr/sbin/policy-rc.d
hold_services() {
  release_services  # left over from an interrupted run
  if as_root test -e "$policy"; then as_root mv "$policy" "$policy.before-rampart"; fi
  printf '#!/bin/sh\n# put here by rampart script/setup while it installs\nexit 101\n' |
    as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}
release_services() {
  if as_root grep -qs 'rampart script/setup' "$policy"; then as_root rm -f "$policy"; fi
  if as_root test -e "$policy.before-rampart"; then as_root mv "$policy.before-rampart" "$policy"; fi
}

# install_packages NAME...: one apt-get run, three tries.
install_packages() {
  retry as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" >&2
}

# ensure_packages ENTRY...: nothing to do costs one dpkg-query.
ensure_packages() {
  local missing entry name
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0

  say "packages to install: ${missing[*]}"
  retry as_root apt-get update -q -o Acquire::Retries=3 >&2 ||
    die "the package lists could not be fetched." "Is the network up, and is apt set up? Try: apt-get update"
  local names=() services=()
  for entry in "${missing[@]}"; do
    name=$(choose_name "$entry") ||
      die "no package source offers '${entry//|/\' or \'}'." \
        "Rampart is built on Debian 12 or newer; is 'main' in the apt sources?"
    names+=("$name")
    case $name in
      nginx-light) services+=(nginx.service) ;;
      prometheus | prometheus-alertmanager | redis-server) services+=("$name.service") ;;
      podman) services+=(podman.socket podman-restart.service podman-auto-update.timer) ;;
    esac
  done

  trap release_services EXIT
  hold_services
  install_packages "${names[@]}" ||
    die "apt-get could not install: ${names[*]}" "Its words are above. After mending it, run this script again."
  release_services
  trap - EXIT
  # Only services that came with this run: one that was there before is its owner's.
  if [ "${#services[@]}" -gt 0 ] && command -v systemctl >/dev/null; then
    as_root systemctl disable --quiet "${services[@]}" 2>/dev/null || true
  fi
}
