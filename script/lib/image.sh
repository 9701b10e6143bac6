# What script/image-test builds images with: an engine of its own, a base image, and the parts that were built before.
# Sourced.
# shellcheck shell=bash

image_dir=$root/build/image          # the prebuilt parts, inside the build context
engine_dir=$root/build/image-engine  # the engine's configuration and images
# The engine's state while it runs: short, because socket names in it may have 107 characters.
engine_run=${TMPDIR:-/tmp}/rampart-image.$(printf '%s' "$root" | cksum | cut -d' ' -f1)

# lock_engine "$@": starts the script again under a lock, because each run clears away what it finds of an earlier one.
# --close: what a container leaves running must not hold it.
lock_engine() {
  [ "${IMAGE_TEST_LOCK-}" != held ] || return 0
  mkdir -p "$engine_dir"
  IMAGE_TEST_LOCK=held exec flock --close --timeout 1800 "$engine_dir/lock" "$root/script/image-test" "$@"
}

# prepare_engine: podman with files, images and locks apart from any other engine's, and this machine's limits.
prepare_engine() {
  local driver
  mkdir -p "$engine_dir/tmp"
  export CONTAINERS_CONF=$engine_dir/containers.conf CONTAINERS_STORAGE_CONF=$engine_dir/storage.conf
  export CONTAINERS_REGISTRIES_CONF=$engine_dir/registries.conf
  printf '# No registry: every image is made here.\nunqualified-search-registries = []\n' >"$CONTAINERS_REGISTRIES_CONF"
  cat >"$CONTAINERS_CONF" <<CONF
[containers]
default_ulimits = ["nofile=$(open_files):$(open_files)", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
lock_type = "file"
tmp_dir = "$engine_run/tmp"
[network]
network_backend = "netavark"
network_config_dir = "$engine_run/networks"
CONF
  for driver in overlay vfs; do
    write_storage_conf "$driver"
    release_engine
    mkdir -p "$engine_run"
    if podman info >/dev/null 2>&1; then return; fi
  done
  podman info >&2 || true
  die "podman cannot store images here, neither with overlay nor with vfs; its words are above."
}

write_storage_conf() {
  printf '[storage]\ndriver = "%s"\ngraphroot = "%s"\nrunroot = "%s"\n' \
    "$1" "$engine_dir/$1" "$engine_run/storage" >"$CONTAINERS_STORAGE_CONF"
}

# No more than the hard limit: raising it needs a capability that root may lack inside a container or a sandbox.
open_files() {
  local limit
  limit=$(ulimit -Hn)
  if [ "$limit" = unlimited ] || [ "$limit" -gt 65536 ]; then limit=65536; fi
  echo "$limit"
}

# release_engine: no container, network, volume or mount is left; the images stay, so that the next run is quick.
release_engine() {
  podman pod rm --all --force --time 0 >/dev/null 2>&1 || true
  podman rm --all --force --time 0 >/dev/null 2>&1 || true
  podman network prune --force >/dev/null 2>&1 || true
  podman volume prune --force >/dev/null 2>&1 || true
  podman image unmount --all --force >/dev/null 2>&1 || true
  findmnt --list --noheadings --output TARGET 2>/dev/null | grep -E "^($engine_dir|$engine_run)/" | sort -r |
    xargs -r -d '\n' umount --lazy 2>/dev/null || true
  rm -rf "$engine_run" "$engine_dir/tmp"/buildah[0-9]*
}

# make_base_image: localhost/rampart-base:1, Debian 12 as small as debootstrap makes it, slimmed as debian:12-slim is.
make_base_image() {
  local tar=$engine_dir/base.tar
  if podman image exists localhost/rampart-base:1; then return; fi
  say "make the base image (debootstrap)"
  retry bootstrap_base "$tar" || die "debootstrap could not make a base image." "Is the package mirror reachable?"
  podman import --quiet "$tar" localhost/rampart-base:1 >/dev/null
  rm -f "$tar"
}

bootstrap_base() {
  local tree=$engine_dir/base mirror
  # The mirror that apt uses on this machine; without one, debootstrap's own.
  mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
    awk '$2 == "bookworm" { print $1; exit }')
  rm -rf "$tree"
  debootstrap --variant=minbase bookworm "$tree" ${mirror:+"$mirror"} >"$engine_dir/debootstrap.log" 2>&1 || {
    tail -n 5 "$engine_dir/debootstrap.log" >&2
    return 1
  }
  printf 'path-exclude /usr/share/doc/*\npath-include /usr/share/doc/*/copyright\npath-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\n' \
    >"$tree/etc/dpkg/dpkg.cfg.d/slim"
  find "$tree/usr/share/doc" -type f ! -name copyright -delete
  rm -rf "$tree"/usr/share/{man,locale}/* "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* "$tree"/var/log/*
  tar -C "$tree" -cf "$1" .
  rm -rf "$tree"
}

# make_prebuilt_parts PROGRAM: what the stages prebuilt and prebuilt-node of the Dockerfile take.
make_prebuilt_parts() {
  rm -rf "$image_dir/out"
  "$root/script/lib/image-parts" "$1" "$image_dir/out"
  [ -x "$image_dir/node/bin/npx" ] || {
    say "fetch Node for the image"
    rm -rf "$image_dir/node"
    "$root/script/lib/image-node" "$image_dir/node" >&2 || die "Node could not be fetched with npm."
  }
}

# further_authorities: options for a build, in image_options, that let npm trust what this machine trusts besides
# (NODE_EXTRA_CA_CERTS, as behind a proxy that looks into TLS).
further_authorities() {
  image_options=()
  [ -n "${NODE_EXTRA_CA_CERTS-}" ] || return 0
  printf 'cafile=/etc/ssl/certs/extra.pem\n' >"$engine_dir/npmrc"
  image_options=(--volume "$NODE_EXTRA_CA_CERTS:/etc/ssl/certs/extra.pem:ro" --volume "$engine_dir/npmrc:/root/.npmrc:ro")
}

# build_stand_ins: for the images that compose.yaml names and that come from elsewhere, Debian's programs of the same
# kind under the same names. There is none for Grafana.
build_stand_ins() {
  local service name
  for service in redis prometheus alertmanager; do
    name=$(awk -v service="  $service:" '$0 == service { found = 1 } found && $1 == "image:" { print $2; exit }' \
      "$root/compose.yaml")
    build_image "$service" "localhost/$name" "$root/tests/image/stand_ins"
  done
  podman tag localhost/rampart:test-node localhost/rampart:node
}

# build_image TARGET TAG CONTEXT [OPTION OF podman build]...: downloads in it are tried three times.
build_image() {
  local target=$1 tag=$2 context=$3 log=$engine_dir/build-$1.log
  shift 3
  say "build the image: $target"
  attempt() {
    TMPDIR=$engine_dir/tmp podman build --isolation chroot --format docker --layers --target "$target" --tag "$tag" \
      --build-arg BASE=localhost/rampart-base:1 "$@" "$context" >"$log" 2>&1
  }
  retry attempt "$@" || {
    tail -n 30 "$log" >&2
    die "the image $target could not be built; the whole log: $log"
  }
}
