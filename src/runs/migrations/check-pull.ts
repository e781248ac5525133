/**
 * The check on a pull request that touches a migration, whoever wrote it. It
 * reads the commits from the mirror; nothing of the repository runs on the
 * host. It is a job of its own: taken up again after a crash, it puts the same
 * check to its end.
 */

import { type Ledger, openLedger } from "../../domain/ledger.ts";
import type { MigrationEvidence } from "../../domain/migration-evidence.ts";
import type { Check, GitHub } from "../../domain/ports/github-port.ts";
import type { MigrationChecks } from "../../domain/ports/migration-checks.ts";
import type { ApprovalStore } from "../../domain/ports/store/approval-store.ts";
import type { PullAddress } from "../../domain/ports/store/check-store.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { Repository } from "../../domain/task.ts";
import { branchTip, pullTip } from "../mirror/bring.ts";
import { tryFolders } from "./judge-migrations.ts";
import { type ChangeFacts, gravest, type JudgedFolder, readChange } from "./read-change.ts";
import type { MigrationTools } from "./release-suite.ts";
import { CHECK_NAME, migrationCheck, needsApproval } from "./words.ts";

export interface CheckDeps extends MigrationTools {
  readonly github: Pick<GitHub, "branchHead" | "pull" | "remote" | "putCheck">;
  readonly store: ApprovalStore & Pick<Store, "queueCheck" | "repository" | "step" | "intendStep" | "completeStep">;
}

export function migrationChecks(deps: CheckDeps): MigrationChecks {
  return {
    request: ({ id: repositoryId }, pullRequest) => deps.store.queueCheck({ repositoryId, pullRequest }),

    async judge(repository, pullRequest) {
      const change = await changeOf(deps, repository, pullRequest);
      const files = change === null ? [] : (await readChange(deps.git, change)).flatMap((folder) => folder.files);
      if (files.length === 0) return { verdict: null, waiting: [] };
      const needing = files
        .filter(needsApproval)
        .flatMap(({ path, sha256 }) => (sha256 === null ? [] : [{ path, sha256 }]));
      const approved = await approvedOf(deps, repository, files);
      return { verdict: gravest(files), waiting: needing.filter(({ sha256 }) => !approved.has(sha256)) };
    },
  };
}

/** What keeps the sandboxes of a check from being swept while it is in hand. */
export function checkRunId({ repositoryId, pullRequest }: PullAddress): string {
  return `pull-${repositoryId}-${pullRequest}`;
}

/**
 * Puts the check on the pull request's head, and leaves it completed.
 * @param pull.last true when nobody will try again: the check then says that it could not be made
 * @param signal aborts when this worker shuts down; the check stays in progress for the next one
 * @throws what the ports throw; doing it again is safe
 */
export async function checkPull(
  deps: CheckDeps,
  pull: PullAddress & { readonly last: boolean },
  signal: AbortSignal,
): Promise<void> {
  const repository = await deps.store.repository(pull.repositoryId);
  const change = repository === null ? null : await changeOf(deps, repository, pull.pullRequest);
  if (repository === null || change === null) return;
  const folders = await readChange(deps.git, change);
  if (folders.length === 0) return;
  const at = {
    name: CHECK_NAME,
    headSha: change.head,
    externalId: `migrations:${pull.pullRequest}:${change.head}`,
  };
  if (pull.last) return void (await deps.github.putCheck(repository, { ...at, ...COULD_NOT }));
  const ledger = openLedger(deps.store, null, `migrations:${repository.id}`);
  const key = [change.base, change.tip, change.head].join(":");
  const known = await ledger.read<MigrationEvidence>(key);
  if (known === null) await deps.github.putCheck(repository, { ...at, ...AT_WORK });
  const evidence = known ?? (await seeChange(deps, { change, folders, pull, signal, keep: { ledger, key } }));
  const approved = await approvedOf(deps, repository, evidence.files);
  await deps.github.putCheck(repository, migrationCheck({ evidence, approved }, at));
}

const AT_WORK: Pick<Check, "status" | "title" | "summary"> = {
  status: "in_progress",
  title: "judged and tried on a scratch database",
  summary: "The files are read, applied to a database with rows, and the base's own tests are run on the new schema.",
};

const COULD_NOT: Pick<Check, "status" | "conclusion" | "title" | "summary"> = {
  status: "completed",
  conclusion: "failure",
  title: "could not be judged",
  summary:
    "Several tries broke off, so nothing is known of these migrations. Push again, or close and reopen the pull request; the operator's log says what broke.",
};

interface Seeing {
  readonly change: ChangeFacts;
  readonly folders: readonly JudgedFolder[];
  readonly pull: PullAddress;
  readonly signal: AbortSignal;
  readonly keep: { readonly ledger: Ledger; readonly key: string };
}

/** What was shown is kept: an approval, or a crash before the last word, asks for no second trial. */
async function seeChange(deps: CheckDeps, { change, folders, pull, signal, keep }: Seeing): Promise<MigrationEvidence> {
  const name = `migrations-${pull.repositoryId}-${pull.pullRequest}`;
  const evidence = await tryFolders(deps, { ...change, name, runId: checkRunId(pull), signal }, folders);
  // what broke off because this worker ends was shown to nobody
  signal.throwIfAborted();
  return evidence.proof.kind === "not-proven" ? evidence : keep.ledger.once(keep.key, async () => evidence);
}

/** @returns null when nothing of the change can be told from the branch it goes to */
async function changeOf(
  { git, github }: CheckDeps,
  repository: Repository,
  pullRequest: number,
): Promise<ChangeFacts | null> {
  const pull = await github.pull(repository, pullRequest);
  const head = await pullTip({ git, github }, repository, pull);
  const tip = await branchTip({ git, github }, repository, pull.baseRef);
  const base = tip === null ? null : await git.mergeBase(repository.id, tip, head);
  return tip === null || base === null ? null : { repositoryId: repository.id, base, tip, head };
}

function approvedOf(
  { store }: CheckDeps,
  repository: Repository,
  files: MigrationEvidence["files"],
): Promise<ReadonlySet<string>> {
  const hashes = files.filter(needsApproval).flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]));
  return store.approved(repository.id, "migration", hashes);
}
