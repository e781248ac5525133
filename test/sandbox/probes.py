"""Tries, from inside a sandbox, what must not work there. Prints one JSON
object: probe -> "closed" or what it got. It is run by docker-profile.test.ts."""
import ctypes, errno, glob, json, os, platform, resource, socket, stat, subprocess, tempfile

libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == "aarch64"
NUMBERS = {  # name: (x86_64, aarch64)
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "pivot_root": (155, 41), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "memfd_secret": (447, 447), "msgget": (68, 186), "kexec_load": (246, 104),
    "open_by_handle_at": (304, 265), "init_module": (175, 105), "reboot": (169, 142), "swapon": (167, 224),
    "fsopen": (430, 430), "open_tree": (428, 428), "quotactl": (179, 60), "syslog": (103, 116),
}
found = {}


def probe(name, attempt):
    try:
        got = attempt()
    except (OSError, PermissionError, subprocess.SubprocessError) as error:
        found[name] = "closed"
        return
    found[name] = "closed" if got in (None, False) else f"open: {got}"


def refused(name, *arguments):
    number = NUMBERS[name][1 if ARM else 0]
    padded = [ctypes.c_long(a) for a in arguments] + [ctypes.c_long(0)] * (6 - len(arguments))
    result = libc.syscall(ctypes.c_long(number), *padded)
    code = ctypes.get_errno()
    return None if result == -1 and code in (errno.EPERM, errno.ENOSYS) else f"{result}, {errno.errorcode.get(code)}"


def status(field):
    for line in open("/proc/self/status"):
        if line.startswith(field + ":"):
            return line.split(":", 1)[1].strip()


def writes(path, flags=os.O_WRONLY):
    os.close(os.open(path, flags | os.O_CLOEXEC))
    return path


def sockets(family, kind=socket.SOCK_STREAM):
    socket.socket(family, kind, 0).close()
    return f"family {family}"


def runs_in(folder):
    path = os.path.join(folder, "probe-program")
    with open(path, "w") as file:
        file.write("#!/bin/sh\nexit 0\n")
    os.chmod(path, 0o755)
    try:
        return subprocess.run([path], check=True).returncode == 0 and folder
    finally:
        os.remove(path)


def node(kind, path):
    os.mknod(path, kind | 0o600, os.makedev(1, 1))
    return path


def setuid_root():
    out = subprocess.run(["find", "/", "-xdev", "-perm", "-4000", "-user", "root", "-type", "f"], capture_output=True, text=True)
    for program in out.stdout.split():
        if os.path.basename(program) == "su":
            done = subprocess.run([program, "-c", "id -u"], input="\n", capture_output=True, text=True, timeout=20)
            if done.stdout.strip() == "0":
                return program
    return None


def shells():
    """Processes of this user that are not this one's parents: the host's own shells."""
    mine = set()
    pid = os.getpid()
    while pid > 1:
        mine.add(pid)
        pid = int(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1])
    return [p for p in map(int, (os.path.basename(d) for d in glob.glob("/proc/[0-9]*"))) if p != os.getpid()
            and open(f"/proc/{p}/cmdline").read().startswith("/usr/local/lib/orion/shell")]


def peeks(leaf):
    pids = shells()
    if not pids:
        return "no shell was seen, so nothing was tried"
    for pid in pids:
        path = f"/proc/{pid}/{leaf}"
        try:
            os.listdir(path) if leaf == "fd" else open(path, "rb").read(1)
        except PermissionError:
            continue
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EIO):
                continue
        return path
    return None


def connects(address):
    with socket.create_connection(address, timeout=2):
        return str(address)


probe("user is root", lambda: os.getuid() != 65532 and os.getuid())
probe("group is root", lambda: (os.getgid() != 65532 or 0 in os.getgroups()) and os.getgroups())
probe("user has no name", lambda: not any(line.split(":")[2] == "65532" for line in open("/etc/passwd")) and "no passwd entry")
for which in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
    probe(f"capabilities {which}", lambda: int(status(which), 16) != 0 and status(which))
probe("no_new_privs is off", lambda: status("NoNewPrivs") != "1" and status("NoNewPrivs"))
probe("seccomp is off", lambda: status("Seccomp") != "2" and status("Seccomp"))
probe("su to root", setuid_root)
probe("write to the root", lambda: writes("/orion-probe", os.O_WRONLY | os.O_CREAT))
probe("write to /etc/passwd", lambda: writes("/etc/passwd"))
probe("write to /usr/local/bin", lambda: writes("/usr/local/bin/probe", os.O_WRONLY | os.O_CREAT))
probe("write to /deps", lambda: writes("/deps/probe", os.O_WRONLY | os.O_CREAT))
probe("write to /proc/sys", lambda: writes("/proc/sys/kernel/core_pattern"))
probe("write to /proc/sysrq-trigger", lambda: writes("/proc/sysrq-trigger"))
probe("write to /sys", lambda: writes("/sys/kernel/profiling"))
probe("write to a cgroup", lambda: [writes(p) for p in glob.glob("/sys/fs/cgroup/memory/memory.limit_in_bytes") + glob.glob("/sys/fs/cgroup/memory.max")] or None)
probe("read kernel memory", lambda: open("/proc/kcore", "rb").read(1) or None)
probe("read kernel keys", lambda: open("/proc/keys").read() or None)
probe("a Docker socket", lambda: [p for p in ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock") if os.path.exists(p)] or None)
probe("host processes", lambda: len(glob.glob("/proc/[0-9]*")) > 60 and "many processes")
probe("host disks", lambda: glob.glob("/dev/sd*") + glob.glob("/dev/vd*") + glob.glob("/dev/nvme*") or None)
probe("block device node", lambda: node(stat.S_IFBLK, "/workspace/block"))
probe("character device node", lambda: node(stat.S_IFCHR, "/workspace/char"))
probe("run from /tmp", lambda: runs_in("/tmp"))
probe("run from /dev/shm", lambda: runs_in("/dev/shm"))
refusals = {
    "unshare": (0x10000000,), "setns": (0, 0), "mount": (), "pivot_root": (), "keyctl": (0, -3), "add_key": (), "request_key": (),
    "ptrace": (0,), "process_vm_readv": (os.getpid(),), "process_vm_writev": (os.getpid(),), "bpf": (), "perf_event_open": (),
    "userfaultfd": (), "io_uring_setup": (1,), "memfd_secret": (), "msgget": (0, 0o1600), "kexec_load": (), "open_by_handle_at": (),
    "init_module": (), "reboot": (), "swapon": (), "fsopen": (), "open_tree": (), "quotactl": (), "syslog": (3,),
}
for call, arguments in refusals.items():
    probe(f"syscall {call}", lambda: refused(call, *arguments))
probe("socket AF_VSOCK", lambda: sockets(40))
probe("socket AF_ALG", lambda: sockets(38, socket.SOCK_SEQPACKET))
probe("socket AF_PACKET", lambda: sockets(17, socket.SOCK_RAW))
probe("socket AF_BLUETOOTH", lambda: sockets(31))
probe("raw socket", lambda: sockets(2, socket.SOCK_RAW))
probe("interfaces besides lo", lambda: [n for _, n in socket.if_nameindex() if n != "lo"] or None)
probe("reach an address outside", lambda: connects(("1.1.1.1", 443)))
probe("reach the host's bridge", lambda: connects(("172.17.0.1", 22)))
probe("reach the cloud's metadata", lambda: connects(("169.254.169.254", 80)))
probe("resolve a name outside", lambda: socket.getaddrinfo("example.com", 443))
probe("core dumps", lambda: resource.getrlimit(resource.RLIMIT_CORE) != (0, 0) and "on")
probe("open files unbounded", lambda: resource.getrlimit(resource.RLIMIT_NOFILE)[1] > 4096 and "over 4096")
probe("file size unbounded", lambda: resource.getrlimit(resource.RLIMIT_FSIZE)[1] not in range(1, 536870913) and "over 512 MiB")
probe("look at the host's shell: environ", lambda: peeks("environ"))
probe("look at the host's shell: mem", lambda: peeks("mem"))
probe("look at the host's shell: fd", lambda: peeks("fd"))
print(json.dumps(found))
