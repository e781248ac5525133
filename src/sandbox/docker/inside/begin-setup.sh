# Readies a set-up's container, as root: the sandbox user, its folders, a shell
# its user may run but not read. An image that has them is left as it is.
set -e
grep -q '^[^:]*:[^:]*:65532:' /etc/passwd || echo 'sandbox:x:65532:65532::/home/sandbox:/bin/sh' >>/etc/passwd
grep -q '^[^:]*:[^:]*:65532:' /etc/group || echo 'sandbox:x:65532:' >>/etc/group
mkdir -p /workspace /deps /home/sandbox /usr/local/lib/orion
chown 65532:65532 /workspace /home/sandbox
chmod 0700 /workspace
if [ ! -x /usr/local/lib/orion/shell ]; then
  cp "$(command -v bash)" /usr/local/lib/orion/shell
  chmod 0711 /usr/local/lib/orion/shell
fi
