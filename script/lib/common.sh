# Shared by the scripts in script/: where the checkout is, how to speak, how to retry.
# Sourced, never run. Everything it says goes to stderr, so that a script's stdout stays its own.
# shellcheck shell=bash

set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1

# The checkout, whatever directory the script was called from.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# die WHAT [HOW TO MEND IT]...
die() {
  printf '\033[1merror:\033[0m %s\n' "$1" >&2
  shift
  local hint
  for hint in "$@"; do printf '  %s\n' "$hint" >&2; done
  exit 1
}

# retry COMMAND...: three tries, for what goes over a network.
retry() {
  local try
  for try in 1 2 3; do
    if "$@"; then return 0; fi
    if [ "$try" -lt 3 ]; then
      say "failed (try $try of 3): $1; trying again in $((try * 5)) s"
      sleep $((try * 5))
    fi
  done
  return 1
}

# as_root COMMAND...: directly as root, else through sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    die "root is needed for: $*" "Run the script as root, or install sudo and try again."
  fi
}

# How many compilers run at once: a processor each, and 1.5 GB of free memory each.
# CMAKE_BUILD_PARALLEL_LEVEL overrides it.
jobs() {
  local processors memory
  processors=$(nproc)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo "${CMAKE_BUILD_PARALLEL_LEVEL:-$((processors < memory ? processors : memory))}"
}

# configure_and_build PRESET [TARGET...]: without targets, everything the preset has.
configure_and_build() {
  local preset=$1
  shift
  say "configure ($preset)"
  (cd "$root" && cmake --preset "$preset" --log-level=WARNING) >&2 ||
    die "CMake could not configure the preset '$preset'." \
      "A missing package? 'script/setup --test' installs what every preset needs." \
      "A stale build directory? Remove build/$preset and try again."
  say "build ($preset, $(jobs) at a time)"
  cmake --build "$root/build/$preset" --parallel "$(jobs)" ${1:+--target "$@"} >&2 ||
    die "the build of preset '$preset' failed; the compiler's words are above."
}
