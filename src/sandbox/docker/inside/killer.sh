# Ends a command with all it started, without making a process of its own, so
# that it works when a container has no process left to give. Reads lines
# `<pid> <session to spare>...`; answers each with one line. It is not needed
# for closing: that removes the container.
read_stat() {
  local text
  IFS= read -r -d '' text <"/proc/$1/stat"
  [ -n "$text" ] || return 1
  # The name of a process may hold anything, so fields count from its last `)`.
  set -- ${text##*) }
  state=$1 session=$4 start=${20}
}

end_command() {
  local pid=$1 spared=" ${*:2} $$ " since round path other found
  read_stat "$pid" && since=$start
  kill -KILL -- "-$pid"
  [ -n "$since" ] || return
  for ((round = 0; round < 20; round++)); do
    found=0
    for path in /proc/[0-9]*; do
      other=${path#/proc/}
      read_stat "$other" || continue
      ((start >= since)) || continue
      [[ $state == Z || $spared == *" $session "* ]] && continue
      kill -KILL "$other" && found=1
    done
    ((found)) || return
  done
}

exec 2>/dev/null
printf 'ready\n'
while read -r line; do
  end_command $line
  printf 'ended\n'
done
