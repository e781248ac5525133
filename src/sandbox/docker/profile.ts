/**
 * What a container may do: the whole of it, as data. An agent's container has
 * no network, no capability, no writable root and nothing of the host; the
 * set-up's has network and its own writable layer, and is never given a secret.
 */
import { readFileSync } from "node:fs";
import type Docker from "dockerode";

export interface SandboxLimits {
  /** for processes, on top of what the workspace may fill */
  readonly memoryMb: number;
  readonly workspaceMb: number;
  readonly pids: number;
  readonly cpus: number;
}

/** The user everything inside runs as. */
export const SANDBOX_USER = "65532:65532";
export const WORKDIR = "/workspace";
export const HOME = "/home/sandbox";
/** Bash, executable for its user but not readable: see the Dockerfile. */
export const SHELL = "/usr/local/lib/orion/shell";

const INSIDE_ENV = [
  "CI=1",
  "PYTHONDONTWRITEBYTECODE=1",
  `HOME=${HOME}`,
  `XDG_CACHE_HOME=${HOME}/.cache`,
  `npm_config_cache=${HOME}/.npm`,
];
const MB = 1024 * 1024;
const TMP_MB = 512;
const OWNER = "uid=65532,gid=65532";

export interface ContainerFacts {
  readonly containerName: string;
  readonly image: string;
  readonly limits: SandboxLimits;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The agents' container: see the profile in docs/security.md.
 * @param resolver what makes `localhost` known: the image by itself, or a hosts file of the engine's. Only in the
 *   first case may networking be disabled altogether, which starts twice as fast; neither has a network.
 */
export function sandboxContainer(facts: ContainerFacts, resolver: "image" | "engine"): Docker.ContainerCreateOptions {
  const { limits } = facts;
  return {
    ...common(facts),
    User: SANDBOX_USER,
    NetworkDisabled: resolver === "image",
    HostConfig: {
      ...bounds(limits),
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
      Tmpfs: {
        "/tmp": `rw,nosuid,nodev,noexec,size=${TMP_MB}m,nr_inodes=100000,mode=1777`,
        // Tools keep their state here and some, like go, run what they build here.
        [HOME]: `rw,nosuid,nodev,exec,size=${TMP_MB}m,nr_inodes=100000,${OWNER},mode=0700`,
      },
      // Without a source it is the container's own volume: made and removed with it.
      Mounts: [
        {
          Type: "volume",
          Source: "",
          Target: WORKDIR,
          VolumeOptions: {
            NoCopy: true,
            Labels: { ...facts.labels },
            DriverConfig: { Name: "local", Options: workspaceOptions(limits) },
          },
        },
      ],
    },
  };
}

/** The set-up's container: root may move files in it, the commands run as the sandbox user. */
export function setupContainer(facts: ContainerFacts, network: "bridge" | "host"): Docker.ContainerCreateOptions {
  return {
    ...common(facts),
    User: "0:0",
    HostConfig: {
      ...bounds(facts.limits),
      NetworkMode: network,
      CapDrop: ["ALL"],
      CapAdd: ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
    },
  };
}

function common(facts: ContainerFacts): Docker.ContainerCreateOptions {
  return {
    name: facts.containerName,
    Image: facts.image,
    Hostname: "sandbox",
    Entrypoint: [],
    Cmd: ["sleep", "infinity"],
    WorkingDir: WORKDIR,
    Env: INSIDE_ENV,
    Labels: { ...facts.labels },
  };
}

// The library's types do not know this one yet.
interface Bounds extends Docker.HostConfig {
  readonly CgroupnsMode: "private";
}

function bounds(limits: SandboxLimits): Bounds {
  const memory = (limits.memoryMb + limits.workspaceMb) * MB;
  return {
    Init: true,
    Memory: memory,
    MemorySwap: memory,
    PidsLimit: limits.pids,
    NanoCpus: Math.round(limits.cpus * 1e9),
    ShmSize: 64 * MB,
    IpcMode: "private",
    CgroupnsMode: "private",
    SecurityOpt: ["no-new-privileges:true", `seccomp=${seccompText()}`],
    Ulimits: [
      { Name: "core", Soft: 0, Hard: 0 },
      { Name: "nofile", Soft: 4096, Hard: 4096 },
      { Name: "fsize", Soft: 512 * MB, Hard: 512 * MB },
    ],
    LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } },
    RestartPolicy: { Name: "no" },
  };
}

function workspaceOptions(limits: SandboxLimits): Record<string, string> {
  return {
    type: "tmpfs",
    device: "tmpfs",
    o: `size=${limits.workspaceMb}m,nr_inodes=200000,${OWNER},mode=0700,nosuid,nodev`,
  };
}

// The API takes the profile itself, not a path: the engine may stand on another machine.
function seccompText(): string {
  return JSON.stringify(JSON.parse(readFileSync(new URL("./seccomp.json", import.meta.url), "utf8")));
}
