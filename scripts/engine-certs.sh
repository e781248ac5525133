#!/usr/bin/env bash
# Makes what a Docker engine and Orion need to know each other by: an authority,
# a certificate for the engine, one for Orion. Whoever holds Orion's is root on
# the engine's machine. It asks nobody and starts nothing.
#
# usage: engine-certs.sh <folder> <name or address of the machine>...
set -euo pipefail

DAYS=${DAYS:-730}

fail() { printf 'engine-certs: %s\n' "$*" >&2; exit 1; }

[ $# -ge 2 ] || fail "usage: engine-certs.sh <folder> <name or address of the machine>..."
folder=$1
shift
[ ! -e "$folder/ca.pem" ] || fail "$folder holds an authority already; take another folder"
umask 077
mkdir -p "$folder/engine" "$folder/orion"

names=
for name in "$@"; do
  case $name in
    *[!0-9.]*) case $name in *:*) kind=IP ;; *) kind=DNS ;; esac ;;
    *) kind=IP ;;
  esac
  names=${names:+$names,}$kind:$name
done

new_key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# @param 1 folder of the holder, 2 its name, 3 extensions
certify() {
  new_key "$1/key.pem"
  openssl req -new -key "$1/key.pem" -subj "/CN=$2" -out "$1/request.pem"
  openssl x509 -req -in "$1/request.pem" -CA "$folder/ca.pem" -CAkey "$folder/ca-key.pem" -CAcreateserial \
    -days "$DAYS" -sha256 -extfile <(printf '%s\n' "$3") -out "$1/cert.pem" 2>/dev/null
  cp "$folder/ca.pem" "$1/ca.pem"
  rm "$1/request.pem"
}

new_key "$folder/ca-key.pem"
openssl req -x509 -new -key "$folder/ca-key.pem" -sha256 -days "$DAYS" -subj "/CN=Orion's engines" \
  -addext keyUsage=critical,keyCertSign,cRLSign -out "$folder/ca.pem"
certify "$folder/engine" "$1" "subjectAltName=$names
extendedKeyUsage=serverAuth"
certify "$folder/orion" orion "extendedKeyUsage=clientAuth"
printf 'engine-certs: %s/engine for the machine, %s/orion for DOCKER_CERT_PATH; keep %s/ca-key.pem away from both\n' \
  "$folder" "$folder" "$folder" >&2
