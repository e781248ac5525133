/** What goes on around the deploys: looking at the branch, waiting for a state, logs, and leftovers of a host that was killed. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describeError, OrionError } from "../../domain/errors.ts";
import { redactor } from "../../policy/redaction.ts";
import { killGroup, startTimeOf } from "./command.ts";
import { type DeployRecord, type DeployStatus, isUnderWay } from "./deploy-record.ts";
import type { HostState } from "./host-state.ts";

const POLL_MS = 1_000;
const KEPT_RELEASES = 5;
/** Variables of the service whose names say that their values are secret. */
const SECRET_NAME = /KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL/;

export interface Looking {
  /** Looks at once instead of at the next turn. */
  now(): void;
  stop(): Promise<void>;
}

/** Looks once a second, one look at a time; a look that fails is told once until one succeeds. */
export function lookAgain(look: () => Promise<void>, tell: (line: string) => void): Looking {
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;
  let told = "";
  const once = async (): Promise<void> => {
    try {
      await look();
      told = "";
    } catch (error) {
      const words = `the branch cannot be read: ${describeError(error)}`;
      if (words !== told) tell(words);
      told = words;
    }
  };
  const again = (): void => {
    if (timer !== null) clearTimeout(timer);
    if (stopped) return;
    looking = looking.then(once).then(() => {
      if (!stopped) timer = setTimeout(again, POLL_MS);
    });
  };
  again();
  return {
    now: again,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await looking;
    },
  };
}

export interface Awaited {
  readonly commit: string;
  readonly states: readonly DeployStatus[];
  readonly withinMs: number;
}

/** @returns the newest deploy of the commit once it is in one of the states, or has ended in another */
export function waitFor(state: HostState, { commit, states, withinMs }: Awaited): Promise<DeployRecord> {
  const ofCommit = (): DeployRecord | undefined => state.deploys().find((one) => one.commit.id === commit);
  const settled = (): DeployRecord | null => {
    const found = ofCommit();
    return found === undefined || (!states.includes(found.status) && isUnderWay(found.status)) ? null : found;
  };
  return once(state, settled, withinMs, () => `commit ${commit.slice(0, 7)} is ${ofCommit()?.status ?? "not seen"}`);
}

export async function waitForFirst(state: HostState, withinMs: number): Promise<DeployRecord> {
  const settled = (): DeployRecord | null =>
    state.live() ?? state.deploys().find((one) => !isUnderWay(one.status) && one.status !== "canceled") ?? null;
  const found = await once(state, settled, withinMs, () => "nothing is live");
  if (found.status === "live") return found;
  throw new OrionError("DEPLOY_FAILED", `the first deploy ended with ${found.status}; its log says why`, {
    id: found.id,
  });
}

function once(
  state: HostState,
  settled: () => DeployRecord | null,
  withinMs: number,
  told: () => string,
): Promise<DeployRecord> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = settled();
      if (found === null) return;
      end();
      resolve(found);
    };
    const timer = setTimeout(() => {
      end();
      reject(new OrionError("DEPLOY_TIMEOUT", `${told()} after ${withinMs} ms; the logs say where it stands`));
    }, withinMs);
    const forget = state.onChange(look);
    const end = (): void => {
      clearTimeout(timer);
      forget();
    };
    look();
  });
}

/** Ends what a host that was killed left running; a number that another process got meanwhile is left alone. */
export function endOrphans(state: HostState): void {
  for (const { pid, startedAt } of state.processes()) {
    if (startTimeOf(pid) === startedAt) killGroup(pid, "SIGKILL");
    state.disown(pid);
  }
}

/** @returns the releases that may be wanted again: the last few that were live */
export function keptReleases(state: HostState): ReadonlySet<string> {
  const live = state.deploys().filter((one) => one.status === "live" || one.status === "deactivated");
  return new Set([...new Set(live.map((one) => one.release))].slice(0, KEPT_RELEASES));
}

/** Every line goes into the deploy's own log and to the operator, the service's secrets taken out. */
export function deployLog(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  onLine: (line: string) => void,
): (deployId: string, line: string) => void {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value] : [],
  );
  const clean = redactor(secrets);
  return (deployId, line) => {
    const cleaned = clean(line);
    appendFileSync(join(folder, `${deployId}.log`), `${new Date().toISOString()} ${cleaned}\n`);
    onLine(cleaned);
  };
}
