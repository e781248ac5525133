/**
 * What the deploy host remembers between its own starts: its deploys, which one
 * is live, whether pushes deploy, and the processes it left running. One JSON
 * file, replaced as a whole.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";
import { type DeployRecord, type DeployStatus, deployRecordSchema } from "./deploy-record.ts";

const KEPT_DEPLOYS = 100;

const ownedSchema = z.object({ pid: z.number(), startedAt: z.string() });
/** A process of this host; the start time tells it from another that got its number. */
export type OwnedProcess = z.output<typeof ownedSchema>;

const stateSchema = z.object({
  deploys: z.array(deployRecordSchema),
  autoDeploy: z.boolean(),
  /** newest commit of the branch that was acted upon */
  seen: z.string().nullable(),
  processes: z.array(ownedSchema),
});
type Kept = z.output<typeof stateSchema>;

export interface HostState {
  /** newest first */
  deploys(): readonly DeployRecord[];
  deploy(id: string): DeployRecord | null;
  live(): DeployRecord | null;
  add(record: DeployRecord): void;
  /** @returns the record as it is now */
  mark(id: string, status: DeployStatus, change?: Partial<DeployRecord>): DeployRecord;
  autoDeploy(): boolean;
  setAutoDeploy(on: boolean): void;
  seen(): string | null;
  setSeen(commit: string): void;
  processes(): readonly OwnedProcess[];
  own(process: OwnedProcess): void;
  disown(pid: number): void;
  /** Called after every change. @returns ends the calls */
  onChange(listener: () => void): () => void;
}

/** What is live stays known, however many deploys fail after it. */
function isKept({ status }: DeployRecord, index: number): boolean {
  return index < KEPT_DEPLOYS || status === "live";
}

/** @throws OrionError HOST_STATE when the file is not this host's */
export function openHostState(path: string): HostState {
  let kept = read(path);
  const listeners = new Set<() => void>();
  const change = (next: Partial<Kept>): void => {
    kept = { ...kept, ...next };
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(kept, null, 2), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    for (const listener of [...listeners]) listener();
  };
  return {
    deploys: () => kept.deploys,
    deploy: (id) => kept.deploys.find((one) => one.id === id) ?? null,
    live: () => kept.deploys.find((one) => one.status === "live") ?? null,
    add: (record) => change({ deploys: [record, ...kept.deploys].filter(isKept) }),
    mark(id, status, more = {}) {
      const now = new Date().toISOString();
      let marked: DeployRecord | null = null;
      const deploys = kept.deploys.map((one) => {
        if (one.id !== id) return one;
        marked = { ...one, ...more, status, updatedAt: now };
        return marked;
      });
      if (marked === null) throw new OrionError("HOST_STATE", `there is no deploy ${id}`, { id });
      change({ deploys });
      return marked;
    },
    autoDeploy: () => kept.autoDeploy,
    setAutoDeploy: (autoDeploy) => change({ autoDeploy }),
    seen: () => kept.seen,
    setSeen: (seen) => change({ seen }),
    processes: () => kept.processes,
    own: (process) => change({ processes: [...kept.processes, process] }),
    disown: (pid) => change({ processes: kept.processes.filter((one) => one.pid !== pid) }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function read(path: string): Kept {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { deploys: [], autoDeploy: true, seen: null, processes: [] };
    throw error;
  }
  const parsed = stateSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new OrionError("HOST_STATE", `${path} is not a deploy host's state; move it away`, { path }, parsed.error);
}
