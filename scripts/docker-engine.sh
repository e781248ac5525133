#!/usr/bin/env bash
# Brings a Docker engine up on a bare Debian machine, as CI needs it: installs
# Debian's docker.io when it is missing, starts dockerd when nothing answers,
# and waits until it does. It leaves a running engine alone.
set -euo pipefail

WAIT_SECONDS=60
LOG=${TMPDIR:-/tmp}/orion-dockerd.log

say() { printf 'docker-engine: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
client() { [ -x /usr/bin/docker ] && echo /usr/bin/docker || command -v docker; }
answers() { local docker; docker=$(client) && "$docker" info >/dev/null 2>&1; }

if answers; then say "an engine answers"; exit 0; fi
[ "$(id -u)" = 0 ] || fail "no engine answers, and starting one needs root; run this with sudo"

if ! command -v dockerd >/dev/null; then
  say "installing docker.io and debootstrap"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io debootstrap iptables ca-certificates >/dev/null
fi

# A package's own service may have started it meanwhile.
if ! answers; then
  say "starting dockerd, its log is $LOG"
  setsid nohup dockerd --storage-driver "${STORAGE_DRIVER:-overlay2}" >"$LOG" 2>&1 </dev/null &
fi

for _ in $(seq $((WAIT_SECONDS * 5))); do
  if answers; then say "an engine answers"; exit 0; fi
  sleep 0.2
done
tail -n 30 "$LOG" >&2 || true
fail "no engine answers after $WAIT_SECONDS s; see above"
