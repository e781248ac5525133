# Ends a set-up, as root: the folders it made in the workspace move to /deps,
# the rest of the workspace goes. Their names are printed, each ended by NUL.
set -e
cd /workspace
declare -A known=()
while IFS= read -r -d '' folder; do known[$folder]=1; done </deps/.orion-before

made=()
while IFS= read -r -d '' folder; do
  [ -z "${known[$folder]}" ] && [ -n "${known[${folder%/*}]}" ] && [ "${folder##*/}" != .git ] && made+=("${folder#./}")
  true
done < <(find . -mindepth 1 -type d -print0)

# A link that leaves its folder upwards would point elsewhere once moved.
anchor_links() {
  local top=$1 link target below depth ups
  while IFS= read -r -d '' link && IFS= read -r -d '' target; do
    [[ $target == ../* || $target == .. ]] || continue
    below=${link#"$top"/}
    depth=${below//[^\/]/}
    ups=0
    while [[ $target == ../* ]]; do target=${target#../} ups=$((ups + 1)); done
    ((ups > ${#depth})) || continue
    ln -sfn -- "$(realpath -m -s -- "${link%/*}/$(readlink -- "$link")")" "$link"
  done < <(find "$top" -type l -printf '%p\0%l\0')
}

: >/deps/.orion-folders
for folder in "${made[@]}"; do
  anchor_links "$folder"
  [[ $folder == */* ]] && mkdir -p -- "/deps/${folder%/*}"
  mv -T -- "$folder" "/deps/$folder"
  printf '%s\0' "$folder" | tee -a /deps/.orion-folders
done

# What tools put into HOME (a user's packages, a module cache) is kept, their download caches are not.
mkdir -p /deps/.orion-home
find "$HOME" -mindepth 1 -maxdepth 1 ! -name .npm ! -name .cache ! -name '.orion-*' -exec mv -t /deps/.orion-home -- {} +
find /workspace "$HOME" /tmp -mindepth 1 -delete
rm -f /deps/.orion-before
