/**
 * Opens the pull request that undoes a merged one, on a feature branch like any
 * other work of Orion's; people merge it. Any merged pull request can be undone,
 * whoever wrote it. Nothing here touches the default branch.
 */

import { type FeatureRef, featureRef, featureSlug } from "../../domain/feature-ref.ts";
import { type Ledger, openLedger } from "../../domain/ledger.ts";
import type { Remote } from "../../domain/ports/git-port.ts";
import type { MergedPull } from "../../domain/ports/merges-port.ts";
import type { Repository } from "../../domain/task.ts";
import { bring } from "../mirror/bring.ts";
import { putScope, type ScopeDeps, scopeOf } from "../scope/scope-check.ts";
import { type CameIn, whatCameIn } from "./what-came-in.ts";
import { ORION, revertBody, revertMessage, revertTitle } from "./words.ts";

export type RevertDeps = ScopeDeps;

export interface RevertFacts {
  readonly repository: Repository;
  /** number of the merged pull request */
  readonly pullRequest: number;
  /** one sentence for people; shown as plain text */
  readonly because: string;
}

export type RevertAnswer =
  | { readonly number: number; readonly url: string }
  /** whole sentences for a person; nothing was pushed */
  | { readonly refused: string };

/** How far back the merge is looked for from the commit GitHub names; a person may have pushed more at once. */
const LOOKED_AT = 500;
const GENERATIONS = 20;
/** Code is reverted, not the schema: what was applied to a database stays written down. */
export const KEPT_FOLDERS = ["prisma/migrations"];

type Found = Extract<CameIn, { kind: "found" }>;

/**
 * @returns a function that opens the revert once, however often it is called: the same open pull request comes back.
 *   It throws what GitHub, git and the store throw; calling it again is safe
 */
export function openRevert(deps: RevertDeps): (facts: RevertFacts) => Promise<RevertAnswer> {
  return async (facts) => {
    const { repository, pullRequest } = facts;
    const pull = await deps.github.mergedPull(repository, pullRequest);
    if (pull === null) return { refused: `Pull request #${pullRequest} is not merged, so there is nothing to undo.` };
    const main = await deps.github.defaultBranch(repository);
    if (pull.baseRef !== main.name)
      return { refused: `#${pullRequest} was merged into another branch than the default one; undo it there by hand.` };
    await bring(deps, repository, [pull.mergeCommitSha, main.sha]);
    const history = await deps.git.history(repository.id, pull.mergeCommitSha, LOOKED_AT);
    const came = whatCameIn({ history, commits: pull.commits, headSha: pull.headSha });
    if (came.kind === "unclear") return { refused: `#${pullRequest} cannot be undone by me: ${came.because}.` };
    const earlier = await earlierReverts(deps, facts);
    if (earlier.mergedAs !== null) {
      const again = "If it was landed again, say `/orion revert` on the pull request that did";
      return { refused: `#${earlier.mergedAs} has undone #${pullRequest} already. ${again}.` };
    }
    // what is shown is cut and made safe, which may break a secret apart
    const shown = { pull: { ...pull, title: deps.redact(pull.title) }, because: deps.redact(facts.because) };
    const undoing = { pull: shown.pull, came, ledger: earlier.ledger, main };
    return propose(deps, { ...facts, because: shown.because }, undoing);
  };
}

/** A revert that was closed without a merge may be asked for again. */
async function earlierReverts(
  deps: RevertDeps,
  { repository, pullRequest }: RevertFacts,
): Promise<{ readonly ledger: Ledger; readonly mergedAs: number | null }> {
  for (let generation = 1; ; generation += 1) {
    const ledger = openLedger(deps.store, null, `revert:${repository.id}:${pullRequest}:${generation}`);
    const number = await ledger.read<number>("pull");
    if (number === null || generation === GENERATIONS) return { ledger, mergedAs: null };
    const { state, merged } = await deps.github.pull(repository, number);
    if (state === "open" || merged) return { ledger, mergedAs: merged ? number : null };
  }
}

interface Undoing {
  readonly pull: MergedPull;
  readonly came: Found;
  readonly ledger: Ledger;
  readonly main: { readonly name: string; readonly sha: string };
}

async function propose(deps: RevertDeps, facts: RevertFacts, undoing: Undoing): Promise<RevertAnswer> {
  const { repository } = facts;
  const { pull, came, ledger, main } = undoing;
  const onto = (await ledger.read<string>("onto")) ?? main.sha;
  const built = await deps.git.revert({
    repositoryId: repository.id,
    onto,
    before: came.before,
    after: came.after,
    keep: KEPT_FOLDERS,
    message: deps.redact(revertMessage(pull, came, facts.because)),
    author: ORION,
    at: await ledger.intendedAt("commit"),
  });
  if (built.kind === "nothing") return { refused: `Nothing of #${pull.number} is left on ${main.name} to undo.` };
  if (built.kind === "conflict") {
    const files = built.files.map((file) => `\`${file.replaceAll("`", "'")}\``).join(", ");
    const because = `what came later changed the same lines in ${files}`;
    return { refused: `#${pull.number} cannot be undone by itself: ${because}. Nothing was pushed.` };
  }
  // what it is built on stays the same on every retry, and so does the commit's id
  await ledger.once("onto", async () => onto);
  const remote = await deps.github.remote(repository, "write");
  const branch = featureRef(await ledger.once("branch", () => freeBranch(deps, remote, pull)));
  const pushed = await ledger.effect("push", {
    find: async () => ((await deps.git.remoteHead(remote, branch)) === built.commit ? { kind: "already" } : null),
    act: () => deps.git.push(remote, { ref: branch, commit: built.commit, expected: null, defaultBranch: main.name }),
  });
  if (pushed.kind === "stale") return { refused: `${branch} was moved by somebody else; delete it, then ask again.` };
  // a revert is Orion's change like any other: what judges Orion is not taken back without an administrator
  const scope = await scopeOf(deps, repository, { base: onto, head: built.commit, mine: true });
  await putScope(deps, repository, scope, built.commit);
  return openPull(deps, facts, undoing, { branch, onto, commit: built.commit });
}

async function openPull(
  deps: RevertDeps,
  facts: RevertFacts,
  { pull, came, ledger, main }: Undoing,
  made: { readonly branch: FeatureRef; readonly onto: string; readonly commit: string },
): Promise<RevertAnswer> {
  const { repository } = facts;
  const wanted = { head: made.branch, base: main.name, draft: false };
  const number = await ledger.effect("pull", {
    find: async () => (await deps.github.findPull(repository, made.branch, main.name))?.number ?? null,
    act: async () => {
      const diffs = await deps.git.diff(repository.id, made.onto, made.commit);
      const body = deps.redact(revertBody({ pull, came, diffs, because: facts.because, commit: made.commit }));
      return (await deps.github.openPull(repository, { ...wanted, title: deps.redact(revertTitle(pull)), body }))
        .number;
    },
  });
  const { url } = await deps.github.pull(repository, number);
  return { number, url };
}

/** `feature/revert-<slug>`, then with the pull request's number, then counted. */
async function freeBranch(deps: RevertDeps, remote: Remote, pull: MergedPull): Promise<FeatureRef> {
  const slug = featureSlug(pull.headRef).slice(0, 40).replace(/-+$/, "");
  for (let count = 0; ; count += 1) {
    const suffix = count === 0 ? "" : count === 1 ? `-${pull.number}` : `-${pull.number}-${count}`;
    const ref = featureRef(`feature/revert-${slug}${suffix}`);
    if (count === GENERATIONS || (await deps.git.remoteHead(remote, ref)) === null) return ref;
  }
}
