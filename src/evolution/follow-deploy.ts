/**
 * Follows one merged commit until it is live or has failed, and for a while
 * after that. Any worker of any version may hold it; the ledger keeps it single.
 * What it waits for may never come: it gives its place back between two looks.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describeError, hasCode, OrionError } from "../domain/errors.ts";
import { openLedger } from "../domain/ledger.ts";
import type { DeployHost } from "../domain/ports/deploy-port.ts";
import type { Repository } from "../domain/task.ts";
import { type DeployVerdict, judgeDeploy, ROLLED_BACK } from "./deploy-state.ts";
import { type End, type Followed, refresh, say, type TellDeps, tellEnd } from "./tell-deploy.ts";
import { deployingWords, unseenWords } from "./what-changed.ts";

const HOST_DEPLOYS = 50;
const BOOTS = 20;
const MINUTE_MS = 60_000;
/** How long it looks again and again before it lets others have its place. */
const HOLD_MS = MINUTE_MS / 2;
/** After this long without a sight of it, people are told. */
const UNSEEN_MS = 15 * MINUTE_MS;
const SELDOM_MS = 10 * MINUTE_MS;
/** A version that was live this long is no longer watched. */
const WATCHED_MS = 60 * MINUTE_MS;
/** Nobody ships what was merged this long ago. */
const FORGOTTEN_MS = 14 * 24 * 60 * MINUTE_MS;

export interface EvolutionDeps extends TellDeps {
  /** null where nobody deploys for Orion: a commit is live when an incarnation of it is ready */
  readonly host: DeployHost | null;
  /** Whether `within` is the commit or was built on it; false when nobody knows one of them. */
  readonly holds: (repository: Repository, commit: string, within: string) => Promise<boolean>;
  /** between two looks at the host, ms */
  readonly lookMs: number;
}

type Following = Followed<EvolutionDeps>;

/**
 * @param signal aborts when this worker shuts down; the next one goes on
 * @throws OrionError LATER with `retryAtMs`: nothing is to be seen before then
 * @throws what the ports throw; following it again is safe
 */
export async function followDeploy(deps: EvolutionDeps, deployId: string, signal: AbortSignal): Promise<void> {
  const followed = await open(deps, deployId);
  if (followed === null) return;
  const { ledger, deploy } = followed;
  const known = await ledger.read<End>("end");
  // an older release told it and left no such word
  if (known === null && deploy.endedAt !== null) return;
  const seen = known ?? (await untilEnd(followed, signal));
  if (seen === null) return;
  // written down before it is told, so that whoever goes on tells the same, and the rest of it
  const end = await ledger.once("end", async () => seen);
  await ledger.once("told", () => tellEnd(followed, end));
  if (end.kind === "live" && deps.host !== null) await watch(followed);
}

async function open(deps: EvolutionDeps, deployId: string): Promise<Following | null> {
  const deploy = await deps.store.deploy(deployId);
  const repository = deploy === null ? null : await deps.store.repository(deploy.repositoryId);
  if (deploy === null || repository === null) return null;
  return { deps, deploy, repository, ledger: openLedger(deps.store, null, `deploy:${deploy.id}`) };
}

/** @returns null when nobody ships it any more */
async function untilEnd(first: Following, signal: AbortSignal): Promise<End | null> {
  const { deps, deploy } = first;
  const since = Date.now();
  for (;;) {
    const followed = (await open(deps, deploy.id)) ?? first;
    const sight = await look(followed);
    const end = await endOf(followed, sight);
    if (end !== null) return end;
    const ageMs = Date.now() - deploy.createdAt.getTime();
    if (ageMs > FORGOTTEN_MS) return null;
    if (sight.kind === "deploying") await sayDeploying(followed);
    else if (ageMs > UNSEEN_MS) await sayUnseen(followed, sight);
    const soon = sight.kind === "deploying" || (sight.kind !== "away" && ageMs < 4 * HOLD_MS);
    if (!soon || Date.now() - since > HOLD_MS) throw later(soon ? deps.lookMs : pauseMs(deps, sight, ageMs));
    await sleep(deps.lookMs, undefined, { signal });
  }
}

/** What was live for long is seldom taken back; what was live for minutes, by a watchdog. */
async function watch(followed: Following): Promise<void> {
  const { deps, deploy, ledger } = followed;
  const back = await ledger.read<End>("back");
  if (back === null) {
    const endedAt = (await deps.store.deploy(deploy.id))?.endedAt ?? new Date();
    const ageMs = Date.now() - endedAt.getTime();
    if (ageMs > WATCHED_MS) return;
    const sight = await look(followed);
    if (sight.kind !== "failed" || sight.hostStatus !== ROLLED_BACK) throw later(Math.min(4 * deps.lookMs, MINUTE_MS));
    const end = await endOf(followed, sight);
    if (end !== null) await ledger.once("back", async () => end);
  }
  const end = await ledger.read<End>("back");
  if (end !== null) await ledger.once("told-back", () => tellEnd(followed, end));
}

type Sight = DeployVerdict | { readonly kind: "away"; readonly because: string };

async function look({ deps, deploy, repository }: Following): Promise<Sight> {
  const { host, store } = deps;
  const holding = async (commits: readonly string[]): Promise<readonly string[]> => {
    const held: string[] = [];
    for (const one of new Set(commits)) if (await deps.holds(repository, deploy.commit, one)) held.push(one);
    return held;
  };
  if (host === null) {
    const boots = await store.readyIncarnations(BOOTS);
    const exact = await store.readyIncarnationOf(deploy.commit);
    const commits = exact === null ? await holding(boots.map(({ commit }) => commit).reverse()) : [exact.commit];
    return commits.length === 0 ? { kind: "waiting" } : { kind: "live", commits };
  }
  try {
    const deploys = await host.deploys(HOST_DEPLOYS);
    const held = new Set(await holding(deploys.map(({ commit }) => commit)));
    return judgeDeploy(deploys, (commit) => held.has(commit));
  } catch (error) {
    if (!hasCode(error, "HOST_UNAVAILABLE") && !hasCode(error, "HOST_REFUSED")) throw error;
    deps.log(`the deploy of ${deploy.commit.slice(0, 7)}: ${describeError(error)}`);
    return { kind: "away", because: error.message };
  }
}

/** @returns null when it has not ended; live is only what has an incarnation that reached the memory */
async function endOf(followed: Following, sight: Sight): Promise<End | null> {
  const { store } = followed.deps;
  if (sight.kind === "failed") return { ...sight, servingId: await servingId(followed) };
  if (sight.kind !== "live") return null;
  for (const commit of sight.commits) {
    const ready = await store.readyIncarnationOf(commit);
    if (ready !== null) return { kind: "live", incarnationId: ready.id };
  }
  return null;
}

/** The newest that is ready and does not hold what failed: that one was ready, too, perhaps. */
async function servingId({ deps, deploy, repository }: Following): Promise<string | null> {
  for (const { id, commit } of await deps.store.readyIncarnations(BOOTS)) {
    if (!(await deps.holds(repository, deploy.commit, commit))) return id;
  }
  return null;
}

async function sayDeploying(followed: Following): Promise<void> {
  const { deps, deploy } = followed;
  if (deploy.status !== "merged") return;
  await say(followed, deployingWords(deploy.commit));
  await deps.store.updateDeploy(deploy.id, { status: "deploying" });
  await refresh(followed);
}

/** Once: whoever reads it knows where to look. */
async function sayUnseen(followed: Following, sight: Sight): Promise<void> {
  const { deps, deploy, ledger } = followed;
  await ledger.once("unseen", async () => {
    const because = sight.kind === "away" ? sight.because : null;
    await say(
      followed,
      unseenWords({ commit: deploy.commit, live: sight.kind === "live", because, host: deps.host !== null }),
    );
    return null;
  });
}

/** The older it is, the less it matters when its news are told; one that is live on the host boots now. */
function pauseMs({ lookMs }: EvolutionDeps, sight: Sight, ageMs: number): number {
  return Math.min(sight.kind === "live" ? HOLD_MS : SELDOM_MS, Math.max(lookMs, ageMs / 20));
}

function later(inMs: number): OrionError {
  return new OrionError("LATER", "there is nothing to see of this deploy yet", { retryAtMs: Date.now() + inMs });
}
