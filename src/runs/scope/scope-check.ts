/**
 * The check `orion/scope`: what a pull request of Orion's changes beyond what
 * Orion may change by itself. On its own repository such a change stays red
 * until an administrator approves that very commit. The verdict is policy's.
 */

import type { Check } from "../../domain/ports/github-port.ts";
import type { Approval } from "../../domain/ports/store/approval-store.ts";
import type { Person, Repository } from "../../domain/task.ts";
import { isManifest, judgeScope, type ScopeChange, type ScopeVerdict } from "../../policy/scope/judge-scope.ts";
import { isOwn } from "../../policy/scope/own-repository.ts";
import type { RunDeps } from "../run-context.ts";
import { scopeSummary, scopeTitle } from "./words.ts";

export type ScopeDeps = Pick<RunDeps, "store" | "github" | "git" | "redact" | "ownRepository">;

/**
 * @param base,head commits that the mirror holds; `base` is where the branch left the default one
 */
export async function scopeOf(
  { git, ownRepository }: ScopeDeps,
  repository: Repository,
  base: string,
  head: string,
): Promise<ScopeVerdict> {
  const textAt = async (commit: string, path: string): Promise<string | null> => {
    const bytes = await git.file(repository.id, commit, path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  const diffs = await git.diff(repository.id, base, head);
  const changes = diffs.map(async ({ path, status }): Promise<ScopeChange> => {
    const reads = isManifest(path);
    const [before, after] = reads ? await Promise.all([textAt(base, path), textAt(head, path)]) : [null, null];
    return { path, status, before, after };
  });
  return judgeScope(await Promise.all(changes), { own: isOwn(repository, ownRepository) });
}

/** Where `head` left the branch it is to be merged into. */
export async function scopeBase(deps: ScopeDeps, repository: Repository, into: string, head: string): Promise<string> {
  return (await deps.git.mergeBase(repository.id, into, head)) ?? into;
}

/** Puts the check on the commit: the same check, however often it is put. */
export async function putScope(
  deps: ScopeDeps,
  repository: Repository,
  verdict: ScopeVerdict,
  headSha: string,
): Promise<void> {
  const approvedBy = await deps.store.approvalOf(approvalOf(repository, headSha));
  await deps.github.putCheck(repository, {
    name: "orion/scope",
    headSha,
    externalId: `scope:${headSha}`,
    status: "completed",
    conclusion: conclusionOf(verdict, approvedBy),
    title: scopeTitle(verdict, approvedBy),
    summary: deps.redact(scopeSummary(verdict, headSha, approvedBy)),
  });
}

/** The yes to a commit that changes what judges Orion. */
export function approvalOf(repository: Repository, headSha: string): Approval {
  return { repositoryId: repository.id, kind: "scope", subject: headSha };
}

function conclusionOf(verdict: ScopeVerdict, approvedBy: Person | null): NonNullable<Check["conclusion"]> {
  if (verdict.kind === "clear") return "success";
  if (verdict.kind === "look") return "neutral";
  return approvedBy === null ? "action_required" : "success";
}
