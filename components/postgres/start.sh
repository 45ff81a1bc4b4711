#!/bin/bash
# Starts PostgreSQL: makes the database when there is none, then on every start
# sets roles, passwords and extensions before any client can connect.
#
# Needs PGDATA (a folder below the mount point of the data volume),
# POSTGRES_DATABASE, POSTGRES_SOCKETS (the folder for the server's socket), and the
# files superuser-password, authenticator-password and monitor-password in
# POSTGRES_SECRETS. Further arguments go to the server.
set -euo pipefail
umask 0077

: "${PGDATA:?}" "${POSTGRES_DATABASE:?}" "${POSTGRES_SECRETS:?}" "${POSTGRES_SOCKETS:?}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
volume=$(dirname "$PGDATA")

fail() {
  echo "start.sh: $1" >&2
  exit 1
}

# Prints a password file as an SQL literal. The caller must keep the output out
# of arguments, which every process of the node can read.
password_literal() {
  local password
  password=$(<"$POSTGRES_SECRETS/$1")
  [[ -n $password ]] || fail "the file $1 is empty: expected a password"
  [[ $password != *$'\n'* ]] || fail "the file $1 has several lines: expected one password"
  printf "'%s'" "${password//\'/\'\'}"
}

# Runs the SQL on stdin in single-user mode, in the data folder $1 and database
# $2, and stops at the first error. In this mode (-j) a statement ends with a
# semicolon and an empty line. Statements never reach the log: they hold passwords.
single_user() {
  postgres --single -j -D "$1" \
    -c exit_on_error=on -c log_statement=none -c log_min_error_statement=panic \
    -c log_min_duration_statement=-1 -c unix_socket_directories=/tmp \
    "$2" >/dev/null
}

# Makes the server's files beside their place and moves them there in one step,
# so that a crash leaves either nothing or all.
create_database() {
  local new="$volume/pgdata.new"
  rm -rf -- "$new"
  initdb --pgdata="$new" --username=postgres --pwfile="$POSTGRES_SECRETS/superuser-password" \
    --auth=scram-sha-256 --encoding=UTF8 --no-locale \
    --locale-provider=builtin --builtin-locale=C.UTF-8
  printf 'CREATE DATABASE "%s";\n\n' "$POSTGRES_DATABASE" | single_user "$new" postgres
  sync
  mv -T -- "$new" "$PGDATA"
  sync
}

ensure_roles() {
  local superuser authenticator monitor
  superuser=$(password_literal superuser-password)
  authenticator=$(password_literal authenticator-password)
  monitor=$(password_literal monitor-password)
  {
    cat "$here/roles.sql"
    printf 'ALTER ROLE postgres PASSWORD %s;\n\n' "$superuser"
    printf 'ALTER ROLE authenticator PASSWORD %s;\n\n' "$authenticator"
    printf 'ALTER ROLE monitor PASSWORD %s;\n\n' "$monitor"
  } | single_user "$PGDATA" "$POSTGRES_DATABASE"
}

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  create_database
fi
# A server that was killed leaves lock files with its process id, which may be
# another process's now, so the next start would take it for a running server. The
# volumes are this pod's alone: nobody else can hold the locks.
rm -f -- "$PGDATA/postmaster.pid" "$POSTGRES_SOCKETS"/.s.PGSQL.*.lock
# Kubernetes may give the group access to a volume's files; the server refuses that.
chmod 0700 "$PGDATA"
ensure_roles
exec postgres -D "$PGDATA" -c listen_addresses='*' -c hba_file="$here/pg_hba.conf" \
  -c unix_socket_directories="$POSTGRES_SOCKETS" \
  -c shared_preload_libraries=pg_stat_statements "$@"
