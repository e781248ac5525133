# Prints one regular file below the workspace or the kept dependencies; ends
# with 44 when there is none such, with 45 when it is larger than $2 bytes.
real=$(realpath -e -- "$1" 2>/dev/null) || exit 44
case $real in /workspace/* | /deps/*) ;; *) exit 44 ;; esac
[ -f "$real" ] || exit 44
[ "$(stat -c %s -- "$real")" -le "$2" ] || exit 45
exec cat -- "$real"
