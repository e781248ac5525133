# One persistent shell inside a container: it reads commands from stdin, each
# field ended by NUL, runs one at a time in its own process group, and tells
# the end of each on stdout by the token that came with it. The token never
# enters a command's environment or arguments. It is not a login shell.
export -n SHLVL OLDPWD
events=/sys/fs/cgroup/memory.events
[ -e "$events" ] || events=/sys/fs/cgroup/memory/memory.oom_control

count_ooms() {
  local key value
  ooms=0
  while read -r key value; do [[ $key == oom_kill ]] && ooms=$value; done <"$events"
}

# Whether a process a command left behind still writes to this shell's output.
find_holder() {
  local fd
  held=0
  for fd in /proc/[0-9]*/fd/[0-9]*; do
    [[ $fd == "/proc/$$/"* ]] && continue
    if [[ $fd -ef /proc/self/fd/1 ]]; then held=1; return; fi
  done
}

read_fields() {
  local count field
  fields=()
  IFS= read -r -d '' count || exit 0
  while ((count-- > 0)); do
    IFS= read -r -d '' field || exit 0
    fields+=("$field")
  done
}

set -m
ordinal=0
printf 'S %d\n' "$$" >&2
while IFS= read -r -d '' token; do
  IFS= read -r -d '' folder || exit 0
  read_fields; vars=("${fields[@]}")
  read_fields; args=("${fields[@]}")
  count_ooms; before=$ooms
  (
    unset token fields before ordinal
    cd -- "$folder" || exit 126
    for field in "${vars[@]}"; do export "${field?}"; done
    exec -- "${args[@]}"
  ) </dev/null 2>&1 &
  printf 'P %d %d\n' "$((++ordinal))" "$!" >&2
  wait "$!"; code=$?
  count_ooms
  find_holder
  printf '%s %d %d %d\n' "$token" "$code" "$((ooms - before))" "$held"
done
