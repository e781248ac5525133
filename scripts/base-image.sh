#!/usr/bin/env bash
# Makes the image `node:24-bookworm-slim` on this machine, from Debian's
# packages and npm's, for where no image can be pulled. It never replaces an
# image of that name that was pulled. It is not the sandbox image: that is
# built on top of this one by the Dockerfile.
set -euo pipefail

IMAGE=${1:-node:24-bookworm-slim}
SUITE=bookworm
LABEL=orion.base
DOCKER=${DOCKER:-$([ -x /usr/bin/docker ] && echo /usr/bin/docker || echo docker)}
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/codemaestro
BUNDLE=/etc/ssl/certs/ca-certificates.crt

say() { printf 'base-image: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The script and the machine's certificates decide what the image holds.
stamp() { cat "$0" "$BUNDLE" 2>/dev/null | sha256sum | cut -c1-16; }

present() {
  local label
  label=$("$DOCKER" image inspect --format "{{ index .Config.Labels \"$LABEL\" }}" "$IMAGE" 2>/dev/null) || return 1
  if [ -z "$label" ]; then say "$IMAGE is here and was not made by this script; it is left as it is"; return 0; fi
  [ "$label" = "$1" ]
}

# @param 1 a suite, e.g. bookworm-security
# @returns the address the machine's own apt sources give for that suite
mirror_of() {
  local suite=$1
  {
    for file in /etc/apt/sources.list.d/*.sources; do
      [ -e "$file" ] || continue
      awk -v suite="$suite" 'BEGIN { RS = ""; FS = "\n" } {
        uri = ""; hit = 0; deb = 0
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^Types:/ && $i ~ /(^|[ \t])deb([ \t]|$)/) deb = 1
          if ($i ~ /^URIs:/) { split($i, part, /[ \t]+/); uri = part[2] }
          if ($i ~ /^Suites:/) { n = split($i, part, /[ \t]+/); for (j = 2; j <= n; j++) if (part[j] == suite) hit = 1 }
        }
        if (deb && hit && uri != "") print uri
      }' "$file"
    done
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
      sed -E 's/\[[^]]*\]//' | awk -v suite="$suite" '$1 == "deb" && $3 == suite { print $2 }'
  } | sed -n 1p
}

arch() {
  case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64) echo arm64 ;;
    *) fail "no Node binary on npm for $(uname -m); pull $IMAGE on a machine that can and load it here" ;;
  esac
}

# Certificates the machine trusts and Debian does not: a proxy's, mostly.
add_certificates() {
  local root=$1 work=$2
  [ -r "$BUNDLE" ] || return 0
  awk -v dir="$work" '/BEGIN CERTIFICATE/ { n++ } n { print > (dir "/cert-" n ".crt") }' "$BUNDLE"
  for cert in "$work"/cert-*.crt; do
    if ! grep -qF "$(sed -n 3p "$cert")" "$root/etc/ssl/certs/ca-certificates.crt"; then
      cp "$cert" "$root/usr/local/share/ca-certificates/machine-$(basename "$cert")"
    fi
  done
  chroot "$root" update-ca-certificates >/dev/null 2>&1
}

add_node() {
  local root=$1 work=$2
  (cd "$work" && npm pack --silent "node-linux-$(arch)@24" "npm@11" >/dev/null)
  mkdir -p "$work/node" "$work/npm" "$root/usr/local/lib/node_modules"
  tar -xzf "$work"/node-linux-*.tgz -C "$work/node" --strip-components=1
  tar -xzf "$work"/npm-*.tgz -C "$work/npm" --strip-components=1
  install -m 0755 "$work/node/bin/node" "$root/usr/local/bin/node"
  cp -r "$work/npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  chmod +x "$root"/usr/local/lib/node_modules/npm/bin/*.js
}

build_tar() {
  local tar=$1 work root mirror security
  command -v debootstrap >/dev/null || fail "debootstrap is missing; apt-get install debootstrap"
  [ "$(id -u)" = 0 ] || fail "debootstrap needs root; run this with sudo"
  mirror=${DEBIAN_MIRROR:-$(mirror_of "$SUITE")}
  [ -n "$mirror" ] || fail "this machine's apt sources name no mirror of $SUITE; set DEBIAN_MIRROR to one"
  security=$(mirror_of "$SUITE-security")
  work=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  root=$work/root
  say "making the base system (about a minute)"
  debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$root" "$mirror" >"$work/log" 2>&1 ||
    { tail -n 20 "$work/log" >&2; fail "debootstrap failed, see above"; }
  {
    echo "deb $mirror $SUITE main"
    if [ -n "$security" ]; then echo "deb $security $SUITE-security main"; fi
  } >"$root/etc/apt/sources.list"
  add_certificates "$root" "$work"
  add_node "$root" "$work"
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* "$root"/usr/share/locale/* "$root"/dev/*
  mkdir -p "$CACHE"
  tar -C "$root" -cf "$tar.part" . && mv "$tar.part" "$tar"
}

main() {
  local hash tar
  hash=$(stamp)
  if present "$hash"; then say "$IMAGE is ready"; return; fi
  tar=$CACHE/base-$hash.tar
  [ -e "$tar" ] || build_tar "$tar"
  "$DOCKER" import --change "LABEL $LABEL=$hash" --change 'CMD ["node"]' \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$tar" "$IMAGE" >/dev/null
  say "$IMAGE is ready"
}

main
