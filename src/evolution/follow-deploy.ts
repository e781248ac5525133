/**
 * Follows one deploy to its end, and tells of it in one comment that is edited
 * in place. Any worker of any version may hold it; the ledger keeps it single.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Ledger, openLedger } from "../domain/ledger.ts";
import type { DeployHost } from "../domain/ports/deploy-port.ts";
import type { GitHub } from "../domain/ports/github-port.ts";
import type { Deploy, Incarnation } from "../domain/ports/store/evolution-store.ts";
import type { Store } from "../domain/ports/store-port.ts";
import type { Repository } from "../domain/task.ts";
import { type DeployVerdict, judgeDeploy } from "./deploy-state.ts";
import { changeBetween, deployingWords, failedWords, liveWords } from "./what-changed.ts";

const HOST_DEPLOYS = 50;

export type OpenRevert = (facts: {
  readonly repository: Repository;
  readonly pullRequest: number;
  readonly because: string;
}) => Promise<{ readonly number: number; readonly url: string } | { readonly refused: string }>;

export interface EvolutionDeps {
  readonly store: Store;
  readonly github: GitHub;
  /** null where nobody deploys for Orion: a commit is live when an incarnation of it is ready */
  readonly host: DeployHost | null;
  readonly openRevert: OpenRevert;
  /** Has the task's living comment say how things stand now. */
  readonly refresh: (taskId: string) => Promise<void>;
  /** Told once of what went live. */
  readonly notify: (live: { readonly deploy: Deploy; readonly text: string }) => Promise<void>;
  readonly redact: (text: string) => string;
  /** between two looks at the host, ms */
  readonly lookMs: number;
  readonly log: (line: string) => void;
}

/**
 * @param signal aborts when this worker shuts down; the next one goes on
 * @throws what the ports throw; following it again is safe
 */
export async function followDeploy(deps: EvolutionDeps, deployId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const deploy = await deps.store.deploy(deployId);
    const repository = deploy === null ? null : await deps.store.repository(deploy.repositoryId);
    if (deploy === null || repository === null || deploy.endedAt !== null) return;
    const ledger = openLedger(deps.store, null, `deploy:${deploy.id}`);
    const verdict = await look(deps, deploy);
    const incarnation = verdict.kind === "live" ? await deps.store.readyIncarnationOf(verdict.commit) : null;
    if (verdict.kind === "failed") return fail({ deps, deploy, repository, ledger }, verdict.hostStatus);
    if (incarnation !== null) return announce({ deps, deploy, repository, ledger }, incarnation);
    if (verdict.kind === "deploying" && deploy.status === "merged") {
      await say({ deps, deploy, repository, ledger }, deployingWords(deploy.commit));
      await deps.store.updateDeploy(deploy.id, { status: "deploying" });
      await refresh(deps, deploy);
    }
    await sleep(deps.lookMs, undefined, { signal });
  }
}

async function look({ host, store }: EvolutionDeps, deploy: Deploy): Promise<DeployVerdict> {
  if (host !== null) return judgeDeploy(deploy, await host.deploys(HOST_DEPLOYS));
  const ready = await store.readyIncarnationOf(deploy.commit);
  return ready === null ? { kind: "waiting" } : { kind: "live", commit: ready.commit };
}

interface Followed {
  readonly deps: EvolutionDeps;
  readonly deploy: Deploy;
  readonly repository: Repository;
  readonly ledger: Ledger;
}

async function announce(followed: Followed, now: Incarnation): Promise<void> {
  const { deps, deploy, ledger } = followed;
  const before = now.previousId === null ? null : await deps.store.incarnation(now.previousId);
  const text = liveWords(now, changeBetween(before, now));
  await say(followed, text);
  await deps.store.updateDeploy(deploy.id, { status: "live" });
  await refresh(deps, deploy);
  await ledger.once("notified", async () => {
    await deps.notify({ deploy, text });
    return null;
  });
}

async function fail(followed: Followed, hostStatus: string): Promise<void> {
  const { deps, deploy, repository, ledger } = followed;
  const { pullRequest, commit } = deploy;
  const because = `the deploy of ${commit.slice(0, 7)} failed (${hostStatus})`;
  const revert =
    pullRequest === null
      ? { refused: "Nobody knows which pull request brought it." }
      : await ledger.once("revert", () => deps.openRevert({ repository, pullRequest, because }));
  const serving = await deps.store.newestIncarnation();
  await say(followed, failedWords({ commit, hostStatus, serving, revert }));
  await deps.store.updateDeploy(deploy.id, { status: "failed", because: hostStatus });
  await refresh(deps, deploy);
}

/** One comment on the pull request, made once and edited from then on. */
async function say({ deps, deploy, repository, ledger }: Followed, words: string): Promise<void> {
  const { pullRequest, id } = deploy;
  if (pullRequest === null) return;
  const marker = `<!-- orion:deploy=${id} -->`;
  const body = deps.redact(`${marker}\n${words}`);
  const comment = await ledger.effect("comment", {
    find: () => deps.github.findComment(repository, pullRequest, marker),
    act: () => deps.github.createComment(repository, pullRequest, body),
  });
  await deps.github.editComment(repository, comment, body);
}

async function refresh({ refresh: again }: EvolutionDeps, { taskId }: Deploy): Promise<void> {
  if (taskId !== null) await again(taskId);
}
