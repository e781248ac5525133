/**
 * The check `orion/scope`: what a pull request changes that is obeyed later,
 * what it adds that is secret, and whether it is too large to be read. Where
 * Orion changes its own judges it stays red until an administrator approves
 * that very commit. The verdict is policy's.
 */

import type { Annotation, Check } from "../../domain/ports/github-port.ts";
import type { Approval } from "../../domain/ports/store/approval-store.ts";
import type { Person, Repository } from "../../domain/task.ts";
import { isManifest, judgeScope, type ScopeChange, type ScopeVerdict } from "../../policy/scope/judge-scope.ts";
import { isOwn } from "../../policy/scope/own-repository.ts";
import { findSecrets, type SecretFinding } from "../../policy/secrets.ts";
import type { RunDeps } from "../run-context.ts";
import { scopeSummary, scopeTitle } from "./words.ts";

export type ScopeDeps = Pick<RunDeps, "store" | "github" | "git" | "redact" | "ownRepository">;

export interface ScopeRange {
  /** where the branch left the default one; the mirror holds it */
  readonly base: string;
  readonly head: string;
  /** true when the pull request is Orion's */
  readonly mine: boolean;
}

export async function scopeOf(
  { git, ownRepository }: ScopeDeps,
  repository: Repository,
  { base, head, mine }: ScopeRange,
): Promise<ScopeVerdict> {
  const textAt = async (commit: string, path: string): Promise<string | null> => {
    const bytes = await git.file(repository.id, commit, path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  const diffs = await git.diff(repository.id, base, head);
  const changes = diffs.map(async ({ path, status, added, deleted }): Promise<ScopeChange> => {
    const reads = isManifest(path);
    const [before, after] = reads ? await Promise.all([textAt(base, path), textAt(head, path)]) : [null, null];
    return { path, status, before, after, lines: added + deleted };
  });
  const own = mine && isOwn(repository, ownRepository);
  return judgeScope(await Promise.all(changes), { own, secrets: await findSecrets(diffs) });
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
    ...(verdict.kind === "secret" && { annotations: verdict.secrets.map(annotationOf) }),
  });
}

function annotationOf({ path, line, looksLike }: SecretFinding): Annotation {
  return { path, line, level: "failure", title: "a secret", message: `This looks like a ${looksLike}.` };
}

/** The yes to a commit that changes what judges Orion. */
export function approvalOf(repository: Repository, headSha: string): Approval {
  return { repositoryId: repository.id, kind: "scope", subject: headSha };
}

function conclusionOf(verdict: ScopeVerdict, approvedBy: Person | null): NonNullable<Check["conclusion"]> {
  if (verdict.kind === "clear") return "success";
  if (verdict.kind === "secret") return "failure";
  if (verdict.kind === "look") return "neutral";
  return approvedBy === null ? "action_required" : "success";
}
