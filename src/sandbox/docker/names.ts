/**
 * What containers are called. Labels cannot change on a running container, and
 * a spare one does not know yet whose it will be, so its name says it:
 * `orion.<sandbox name>.<run id>` once handed out, `orion-spare.<machine>.<pid>.<start>.<number>`
 * before. It talks to no engine.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** On every container, volume and image of ours. */
export const LABEL = "orion";
/** On every container: which Orion it belongs to, where several share an engine. */
export const SCOPE_LABEL = "orion.scope";

export type ContainerName =
  | { readonly kind: "sandbox"; readonly name: string; readonly runId: string }
  | { readonly kind: "spare"; readonly machine: string; readonly pid: number; readonly start: string };

/** @param name as the engine lists it, with or without its leading slash */
export function readContainerName(name: string): ContainerName | null {
  const parts = name.replace(/^\//, "").split(".");
  const [kind, second, third, fourth] = parts;
  if (kind === "orion" && parts.length === 3 && second && third) return { kind: "sandbox", name: second, runId: third };
  if (kind === "orion-spare" && parts.length === 5 && second && third && fourth) {
    return { kind: "spare", machine: second, pid: Number(third), start: fourth };
  }
  return null;
}

export function sandboxContainerName(name: string, runId: string): string {
  return `orion.${name}.${runId}`;
}

/** A name no other container has, that tells which process made it. */
export function spareContainerName(): string {
  const start = processStart(process.pid) ?? "0";
  return `orion-spare.${machine()}.${process.pid}.${start}.${randomBytes(6).toString("hex")}`;
}

/**
 * Whether the process that made a spare container may still use it.
 * @param ageMs since the container was made; what another machine made counts as alive for an hour
 */
export function mayBeInUse(spare: Extract<ContainerName, { kind: "spare" }>, ageMs: number): boolean {
  if (spare.machine !== machine()) return ageMs < 3_600_000;
  const start = processStart(spare.pid);
  return start !== null && start === spare.start;
}

/** @returns when the process began, in the kernel's ticks; "0" where there is no /proc; null when it is gone */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  } catch {
    return isAlive(pid) ? "0" : null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function machine(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 12);
}
