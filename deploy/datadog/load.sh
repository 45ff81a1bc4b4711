#!/bin/bash
# Loads the objectives, monitors and dashboards of this folder into Datadog. What
# is there already, by name, is brought up to date; nothing is deleted.
#
#   load.sh HEADERS
#
# HEADERS is a file that only you can read, with two lines: the keys are on no
# command line.
#
#   DD-API-KEY: ...
#   DD-APPLICATION-KEY: ...      may write monitors, dashboards and objectives
#
# DD_SITE names Datadog's site, such as datadoghq.eu; it is datadoghq.com if
# unset. DD_URL is the whole address instead, for a proxy. Needs curl and jq.
set -euo pipefail
shopt -s inherit_errexit

fail() {
  echo "load.sh: $1" >&2
  exit 1
}

[[ $# == 1 ]] || fail "expected the file with the keys: load.sh HEADERS"
headers=$1
[[ -r $headers ]] || fail "$headers: cannot be read; write DD-API-KEY: and DD-APPLICATION-KEY: into it"
for key in DD-API-KEY DD-APPLICATION-KEY; do
  grep -qi "^$key: *[^ ]" "$headers" || fail "$headers: expected a line \"$key: ...\""
done
for tool in curl jq; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install $tool"
done
api=${DD_URL:-https://api.${DD_SITE:-datadoghq.com}}/api/v1
here=$(dirname -- "${BASH_SOURCE[0]}")
tag=source%3Atripsage-objectives

# call METHOD PATH [FILE]: prints the answer; of a refusal, what was said. A GET
# may be repeated, a creation may not.
call() {
  local arguments=(--silent --show-error --max-time 60 --request "$1" --header "@$headers"
    --header 'Content-Type: application/json' --write-out '\n%{http_code}')
  if [[ $1 == GET ]]; then arguments+=(--retry 3); fi
  if [[ -n ${3:-} ]]; then arguments+=(--data-binary "@$3"); fi
  local answer
  answer=$(curl "${arguments[@]}" "$api$2") || fail "$1 $2: no answer from $api"
  if [[ ${answer##*$'\n'} != 2?? ]]; then fail "$1 $2: HTTP ${answer##*$'\n'}: ${answer%$'\n'*}"; fi
  printf '%s\n' "${answer%$'\n'*}"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# put PATH NAME FILE LIST: creates what LIST, of {id, name}, does not have, and
# changes what it has. Prints the id.
put() {
  local found answer
  found=$(jq -r --arg name "$2" 'map(select(.name == $name)) | .[0].id // empty' "$4")
  if [[ -n $found ]]; then
    call PUT "$1/$found" "$3" >/dev/null
    echo "changed  $2" >&2
    printf '%s\n' "$found"
  else
    answer=$(call POST "$1" "$3")
    echo "created  $2" >&2
    jq -r '(.data[0]? // .).id' <<<"$answer"
  fi
}

call GET "/slo?limit=1000&tags_query=$tag" | jq '.data | map({id, name})' >"$work/slos"
call GET "/monitor?monitor_tags=$tag" | jq 'map({id, name})' >"$work/monitors"
call GET /dashboard | jq '.dashboards | map({id, name: .title})' >"$work/dashboards"

# Alerts of burns name objectives by ids, which are Datadog's.
cp "$here/monitors.json" "$work/ready"
jq -c '.[]' "$here/slos.json" | while read -r slo; do
  printf '%s\n' "$slo" >"$work/one"
  name=$(jq -r .name "$work/one")
  id=$(put /slo "$name" "$work/one" "$work/slos")
  jq --arg from "@slo:$name@" --arg to "$id" 'map(.query |= (split($from) | join($to)))' "$work/ready" >"$work/next"
  mv "$work/next" "$work/ready"
done
jq -c '.[]' "$work/ready" | while read -r monitor; do
  printf '%s\n' "$monitor" >"$work/one"
  put /monitor "$(jq -r .name "$work/one")" "$work/one" "$work/monitors" >/dev/null
done
for dashboard in "$here"/dashboards/*.json; do
  put /dashboard "$(jq -r .title "$dashboard")" "$dashboard" "$work/dashboards" >/dev/null
done
