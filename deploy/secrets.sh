#!/bin/bash
# Makes the passwords of deploy/compose.yaml, or shows one of them.
#
#   secrets.sh FOLDER make               make what is missing; change nothing
#   secrets.sh FOLDER show SERVICE/NAME  print one, such as api/jwt-secret
#
# Below FOLDER each service has a folder of its own. Every user may read the
# files: the services run as different ones, and none sees another's folder.
set -euo pipefail
umask 0022

fail() {
  echo "secrets.sh: $1" >&2
  exit 1
}

hex() { od -An -v -tx1 -N"$1" /dev/urandom | tr -d ' \n'; }
key() { head -c 32 /dev/urandom | base64 -w0; }
url() { printf '%s://%s:%s@%s' "$1" "$2" "$(<"$root/$3")" "$4"; }
flags() { printf -- '--requirepass=%s\n' "$(<"$root/dragonfly/password")"; }

# Puts the output of a command into a file, whole or not at all, unless the file exists.
ensure() {
  local file=$root/$1
  shift
  if [[ -s $file ]]; then return; fi
  mkdir -p "${file%/*}"
  "$@" >"$file.new"
  mv -- "$file.new" "$file"
}

make() {
  ensure postgres/superuser-password hex 24
  ensure postgres/authenticator-password hex 24
  ensure postgres/monitor-password hex 24
  ensure dragonfly/password hex 24
  ensure dragonfly/flags flags
  ensure grafana/admin-password hex 12
  ensure api/jwt-secret hex 32
  ensure api/encryption-keys key
  ensure api/database-url url postgres authenticator postgres/authenticator-password postgres:5432/tripsage
  ensure api/dragonfly-url url redis default dragonfly/password dragonfly:6379/0
  ensure migrate/migration-database-url url postgres postgres postgres/superuser-password postgres:5432/tripsage
}

show() {
  [[ $1 =~ ^[a-z]+/[a-z-]+$ && -s $root/$1 ]] || fail "there is no secret $1: expected SERVICE/NAME, such as api/jwt-secret, after the first start"
  cat -- "$root/$1"
}

[[ $# -ge 2 && -d $1 ]] || fail "usage: secrets.sh FOLDER make | show SERVICE/NAME"
root=$1
case "$2 $#" in
'make 2') make ;;
'show 3') show "$3" ;;
*) fail "usage: secrets.sh FOLDER make | show SERVICE/NAME" ;;
esac
