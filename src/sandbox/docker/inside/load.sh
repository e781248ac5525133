# Fills an empty workspace from the tar stream on stdin and links the kept
# dependencies into it: a real folder for each, a link for each child, so that
# tools can write next to them. It is not run again on a filled workspace.
mixed=$HOME/.orion-mixed
printf 'orion-ready\n'

link_into_content() {
  local child
  printf '%s\0' "$1" >>"$mixed"
  [ -d "$1" ] && [ ! -L "$1" ] || return 0
  for child in "/deps/$1"/* "/deps/$1"/.[!.]* "/deps/$1"/..?*; do
    [ -e "$child" ] || [ -L "$child" ] || continue
    [ -e "$1/${child##*/}" ] || [ -L "$1/${child##*/}" ] || ln -s -- "$child" "$1/" || return 1
  done
}

link_all() {
  local folder
  if [ -d /deps/.orion-home ]; then
    find /deps/.orion-home -mindepth 1 -maxdepth 1 -exec ln -s -t "$HOME" -- {} + || return 1
  fi
  [ -e /deps/.orion-folders ] || return 0
  while IFS= read -r -d '' folder; do
    if [ -e "$folder" ] || [ -L "$folder" ]; then
      link_into_content "$folder" || return 1
    else
      mkdir -p -- "$folder" || return 1
      find "/deps/$folder" -mindepth 1 -maxdepth 1 -exec ln -s -t "$folder" -- {} + || return 1
    fi
  done </deps/.orion-folders
}

cd /workspace && : >"$mixed" && tar -x --no-same-owner -f - && link_all
printf '\norion-load %d\n' "$?"
