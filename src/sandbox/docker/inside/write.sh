# Writes one file below the workspace: from $2 in base64 when it is given,
# otherwise from stdin. Ends with 44 when a link leads elsewhere.
real=$(realpath -m -- "$1") || exit 44
case $real in /workspace/*) ;; *) exit 44 ;; esac
mkdir -p -- "${real%/*}" || exit 1
if [ $# -gt 1 ]; then printf %s "$2" | base64 -d >"$real"; else cat >"$real"; fi
code=$?
[ $# -gt 1 ] || printf '\norion-write %d\n' "$code"
exit "$code"
