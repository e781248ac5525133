/**
 * Deploys one at a time, the newest first served: a new one calls off what is
 * under way and what waits. It decides the order; the pipeline does the work.
 */
import { randomBytes } from "node:crypto";
import { type DeployRecord, isUnderWay } from "./deploy-record.ts";
import type { HostState } from "./host-state.ts";
import type { CommitFacts } from "./release.ts";

export interface Line {
  /** @param release an earlier deploy's, to be put live again; a new one when it is missing */
  enqueue(commit: CommitFacts, trigger: DeployRecord["trigger"], release?: string): DeployRecord;
  /** Resolves when nothing is left to do. */
  rest(): Promise<void>;
  /** Calls off what is under way and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * @param run takes one deploy to its end
 * @param rested called when nothing is left to do
 */
export function openLine(
  state: HostState,
  run: (record: DeployRecord, signal: AbortSignal) => Promise<void>,
  rested: () => void,
): Line {
  let underWay: AbortController | null = null;
  let working: Promise<void> = Promise.resolve();
  let stopped = false;

  async function work(): Promise<void> {
    for (;;) {
      const waiting = state.deploys().filter((one) => isUnderWay(one.status));
      const [next, ...older] = waiting;
      if (next === undefined || stopped) break;
      for (const one of older) state.mark(one.id, "canceled", { finishedAt: new Date().toISOString() });
      underWay = new AbortController();
      await run(next, underWay.signal);
      underWay = null;
    }
    if (!stopped) rested();
  }

  return {
    enqueue(commit, trigger, release) {
      const at = new Date().toISOString();
      const id = `dep-${randomBytes(10).toString("hex")}`;
      const times = { createdAt: at, updatedAt: at, finishedAt: null };
      const record: DeployRecord = { id, commit, status: "created", trigger, ...times, release: release ?? id };
      state.add(record);
      underWay?.abort(new Error("another deploy takes its place"));
      working = working.then(work);
      return record;
    },
    rest: () => working,
    async stop() {
      stopped = true;
      underWay?.abort(new Error("the host stops"));
      await working;
    },
  };
}
