/**
 * Tells how a deploy ended: in one comment that is edited in place, in the
 * task's living comment, and through the tools. Each step bears being done again.
 */
import { describeError, type ErrorCode, hasCode } from "../domain/errors.ts";
import type { Ledger } from "../domain/ledger.ts";
import type { GitHub } from "../domain/ports/github-port.ts";
import type { Deploy, Incarnation } from "../domain/ports/store/evolution-store.ts";
import type { Store } from "../domain/ports/store-port.ts";
import type { Repository } from "../domain/task.ts";
import { changeBetween, failedWords, liveWords } from "./what-changed.ts";

type RevertAnswer = { readonly number: number; readonly url: string } | { readonly refused: string };

export type OpenRevert = (facts: {
  readonly repository: Repository;
  readonly pullRequest: number;
  readonly because: string;
}) => Promise<RevertAnswer>;

export interface TellDeps {
  readonly store: Store;
  readonly github: GitHub;
  readonly openRevert: OpenRevert;
  /** Has the task's living comment say how things stand now. */
  readonly refresh: (taskId: string) => Promise<void>;
  /** Told once of what went live. */
  readonly notify: (live: { readonly deploy: Deploy; readonly text: string }) => Promise<void>;
  readonly redact: (text: string) => string;
  readonly log: (line: string) => void;
}

export interface Followed<Deps extends TellDeps = TellDeps> {
  readonly deps: Deps;
  readonly deploy: Deploy;
  readonly repository: Repository;
  readonly ledger: Ledger;
}

/** How it ended, as it is written down before it is told. */
export type End =
  | { readonly kind: "live"; readonly incarnationId: string }
  /** `servingId` is the incarnation that serves instead; null when nobody knows */
  | { readonly kind: "failed"; readonly hostStatus: string; readonly servingId: string | null };

/** @throws what a later try may mend */
export async function tellEnd(followed: Followed, end: End): Promise<void> {
  if (end.kind === "failed") return fail(followed, end);
  const now = await followed.deps.store.incarnation(end.incarnationId);
  if (now !== null) await announce(followed, now);
}

async function announce(followed: Followed, now: Incarnation): Promise<void> {
  const { deps, deploy, ledger } = followed;
  const before = now.previousId === null ? null : await deps.store.incarnation(now.previousId);
  const text = liveWords(now, changeBetween(before, now));
  await say(followed, text);
  await deps.store.updateDeploy(deploy.id, { status: "live" });
  await refresh(followed);
  await ledger.once("notified", async () => {
    await deps.notify({ deploy, text });
    return null;
  });
}

async function fail(followed: Followed, end: Extract<End, { kind: "failed" }>): Promise<void> {
  const { deps, deploy } = followed;
  const { hostStatus, servingId } = end;
  const serving = servingId === null ? null : await deps.store.incarnation(servingId);
  const revert = await revertOf(followed, hostStatus);
  await say(followed, failedWords({ commit: deploy.commit, hostStatus, serving, revert }));
  await deps.store.updateDeploy(deploy.id, { status: "failed", because: hostStatus });
  await refresh(followed);
}

/** That nothing can be undone must not keep the failure from being told. */
async function revertOf({ deps, deploy, repository, ledger }: Followed, hostStatus: string): Promise<RevertAnswer> {
  const { pullRequest, commit, taskId } = deploy;
  if (pullRequest === null) return { refused: "Nobody knows which pull request brought it." };
  if (taskId === null) return { refused: "It undoes another pull request itself, so I do not undo it." };
  const because = `the deploy of ${commit.slice(0, 7)} failed (${hostStatus})`;
  return ledger.once("revert", async () => {
    try {
      return await deps.openRevert({ repository, pullRequest, because });
    } catch (error) {
      if (isPassing(error)) throw error;
      deps.log(`the revert of #${pullRequest}: ${describeError(error)}`);
      return { refused: "I could not prepare what undoes it." };
    }
  });
}

/** One comment on the pull request, made once and edited from then on. */
export async function say({ deps, deploy, repository, ledger }: Followed, words: string): Promise<void> {
  const { pullRequest, id } = deploy;
  if (pullRequest === null) return;
  const marker = `<!-- orion:deploy=${id} -->`;
  const body = deps.redact(`${marker}\n${words}`);
  try {
    const comment = await ledger.effect("comment", {
      find: () => deps.github.findComment(repository, pullRequest, marker),
      act: () => deps.github.createComment(repository, pullRequest, body),
    });
    await deps.github.editComment(repository, comment, body);
  } catch (error) {
    // who locked the conversation or deleted the comment wants to hear no more of it
    if (!CLOSED.some((code) => hasCode(error, code))) throw error;
    deps.log(`the comment on #${pullRequest}: ${describeError(error)}`);
  }
}

export async function refresh({ deps, deploy }: Followed): Promise<void> {
  if (deploy.taskId !== null) await deps.refresh(deploy.taskId);
}

const CLOSED: readonly ErrorCode[] = ["GITHUB_NOT_FOUND", "GITHUB_FORBIDDEN", "GITHUB_REFUSED"];
const PASSING: readonly ErrorCode[] = [
  "RATE_LIMITED",
  "GITHUB_UNAVAILABLE",
  "STORE_UNREACHABLE",
  "STORE_FAILED",
  "REMOTE_FAILED",
];

function isPassing(error: unknown): boolean {
  return PASSING.some((code) => hasCode(error, code));
}
