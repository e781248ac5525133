/**
 * Does a sandbox hold? Judges what a probe inside one saw: the profile as it
 * takes effect, not as it was asked for. Pure.
 */
import type { Finding } from "./findings.ts";

/** Run by a shell inside a sandbox; prints `name=value` lines. */
export const PROBE = `
status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status; }
first() { for path in "$@"; do [ -r "$path" ] && { cat "$path"; return; }; done; echo unknown; }
echo "user=$(id -u)"
echo "seccomp=$(status Seccomp)"
echo "privileges=$(status NoNewPrivs)"
echo "capabilities=$(status CapEff)"
echo "interfaces=$(ls /sys/class/net 2>/dev/null | tr '\\n' ' ')"
echo "root=$(touch /.probe 2>/dev/null && echo writable || echo closed)"
echo "memory=$(first /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes)"
echo "pids=$(first /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max)"
echo "engine=$([ -e /var/run/docker.sock ] && echo there || echo absent)"
`;

interface Probe {
  readonly name: string;
  readonly what: string;
  holds(value: string): boolean;
  readonly remedy: string;
}

const ENGINE = "use a Docker engine of 20.10 or newer on a Linux kernel with cgroups, started with its defaults";
/** cgroup v1 says "no limit" by a number near the largest there is. */
const NO_LIMIT = 2 ** 60;

const PROBES: readonly Probe[] = [
  {
    name: "user",
    what: "runs without root",
    holds: (value) => value !== "0" && value !== "",
    remedy: "let ORION_SANDBOX_IMAGE hold the user 65532, or unset it",
  },
  {
    name: "seccomp",
    what: "system calls are filtered",
    holds: (value) => value === "2",
    remedy: "use a kernel and an engine with seccomp (`docker info` lists it under Security Options)",
  },
  { name: "privileges", what: "gains no privilege", holds: (value) => value === "1", remedy: ENGINE },
  { name: "capabilities", what: "holds no capability", holds: (value) => /^0+$/.test(value), remedy: ENGINE },
  {
    name: "interfaces",
    what: "has no network",
    holds: (value) => value.trim() === "lo" || value.trim() === "",
    remedy: `${ENGINE}; no plug-in may add networks to containers`,
  },
  { name: "root", what: "cannot write the system", holds: (value) => value === "closed", remedy: ENGINE },
  {
    name: "memory",
    what: "has a memory limit",
    holds: (value) => /^\d+$/.test(value) && Number(value) < NO_LIMIT,
    remedy: 'enable the memory cgroup on the engine\'s machine (`docker info` must not warn "No memory limit support")',
  },
  {
    name: "pids",
    what: "has a limit of processes",
    holds: (value) => /^\d+$/.test(value),
    remedy: "enable the pids cgroup on the engine's machine",
  },
  {
    name: "engine",
    what: "does not see the engine",
    holds: (value) => value === "absent",
    remedy: "let no image of yours bring a Docker socket",
  },
];

/** @param printed what PROBE printed; a line that is missing counts as not holding */
export function judgePreflight(printed: string): readonly Finding[] {
  const seen = new Map(
    [...printed.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value.trim()]),
  );
  return PROBES.map(({ name, what, holds, remedy }) => {
    const value = seen.get(name);
    const fine = value !== undefined && holds(value);
    const says = `${what}: ${fine ? "yes" : `no (${value ?? "not seen"})`}`;
    return { what: `sandbox ${name}`, well: fine, says, remedy: fine ? null : remedy };
  });
}
