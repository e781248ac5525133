/**
 * The work of a rebase: a clean merge is the host's and needs nobody. Where git
 * could not merge, or the merge fails, Devon decides in the sandbox, and the
 * host makes the merge commit of what he leaves there.
 */
import type { Judgement } from "../../../agents/agent-task.ts";
import type { ResolveFinish } from "../../../agents/roles.ts";
import type { FileChange } from "../../../domain/ports/git-port.ts";
import type { Sandbox } from "../../../domain/ports/sandbox-port.ts";
import type { Outcome } from "../../../domain/stages.ts";
import { forbiddenPaths, runnerPaths } from "../../../policy/test-paths.ts";
import type { RunContext } from "../../run-context.ts";
import { judgeBounds } from "../../stages/bounds.ts";
import { type GreenResult, latest } from "../../stages/results.ts";
import { secretsAdded } from "../../stages/secrets.ts";
import { exported, gaveUp, letWork, recipeOf } from "../../stages/work.ts";
import { type Merge, mergeOf, resolved } from "../merge-of.ts";
import { frozenTests, judgedBy } from "../see-merge.ts";
import { resolveBrief } from "./brief.ts";
import { doubtsOf } from "./doubts.ts";
import { judgeResolution } from "./judge-resolution.ts";

/** What a rebase stores in the place of green. */
export interface ResolveResult extends GreenResult {
  /** what a person must look at, in whole sentences; [] for a merge that nobody had a hand in */
  readonly doubts: readonly string[];
  /** the resolution before the host's own files were put in: what a next round goes on with */
  readonly workspace: string;
}

type Made = Merge & { readonly kind: "merged" | "conflict" };

export async function resolve(context: RunContext): Promise<Outcome> {
  const { deps, run } = context;
  const merge = await mergeOf(context);
  if (merge.kind === "nothing") throw new TypeError(`run ${run.id} has nothing to merge at green`);
  if (merge.kind === "merged" && run.round === 1) {
    const clean: ResolveResult = {
      ...{ headSha: merge.commit, summary: "merged without a conflict" },
      ...{ doubts: [], workspace: merge.commit },
    };
    return handOn(context, await context.ledger.once("green-1", async () => clean));
  }
  const before = await latest<ResolveResult>(context, "green");
  const outcome = await letWork(judgedBy(context, merge.tip), {
    role: deps.roles.resolve,
    thread: `green-${run.round}`,
    brief: await resolveBrief(context, merge),
    commit: before?.workspace ?? merge.commit,
    // a manifest with markers in it installs nothing
    ...(conflictsOf(merge).some(isInstalled) ? { dependencies: merge.head } : {}),
    installed: true,
    judge: (finish, sandbox) => judgeFinish(context, merge, finish, sandbox),
  });
  if (outcome.kind === "stopped") return gaveUp(context, "Devon", outcome);
  const result = await context.ledger.read<ResolveResult>(`green-${run.round}`);
  if (result === null) throw new TypeError("an accepted finish left no commit");
  return handOn(context, result);
}

async function handOn(context: RunContext, { headSha, summary }: ResolveResult): Promise<Outcome> {
  await context.deps.store.updateRun(context.fence, { headSha });
  await context.tell("green", `${headSha.slice(0, 7)}: ${summary}`);
  return { kind: "done" };
}

async function judgeFinish(
  context: RunContext,
  merge: Made,
  finish: ResolveFinish,
  sandbox: Sandbox | null,
): Promise<Judgement> {
  const changes = await exported(context, merge.commit, sandbox);
  if (typeof changes === "string") return { accepted: false, because: changes };
  const problem = await judgeChanges(context, merge, changes, finish);
  if (problem !== null) return { accepted: false, because: problem };
  const made = await resolved(context, merge, changes);
  const secrets = await secretsAdded(context, merge.commit, made.workspace);
  if (secrets !== null) return { accepted: false, because: secrets };
  const result: ResolveResult = {
    ...{ headSha: made.commit, workspace: made.workspace, summary: finish.summary },
    doubts: doubtsOf({ merge, changes, finish, texts: await conflictTexts(context, merge) }),
  };
  await context.ledger.once(`green-${context.run.round}`, async () => result);
  return { accepted: true };
}

async function judgeChanges(
  context: RunContext,
  merge: Made,
  changes: readonly FileChange[],
  finish: ResolveFinish,
): Promise<string | null> {
  const { deps, repository } = context;
  const changed = changes.map(({ path }) => path);
  const own = withMoved(
    (await deps.git.diff(repository.id, merge.since, merge.head)).map(({ path }) => path),
    changes,
  );
  const conflicts = await conflictTexts(context, merge);
  const after = new Map([...conflicts].map(([path, before]) => [path, textAfter(changes, path, before)]));
  const { settings } = await recipeOf(judgedBy(context, merge.tip), merge.tip);
  const forbidden = forbiddenPaths(changed);
  if (forbidden.length > 0) return `these files may not be changed here, undo: ${forbidden.join(", ")}`;
  const runner = runnerPaths(changed).filter((path) => !conflicts.has(path));
  if (runner.length > 0) return `these files decide how the tests run and do not conflict, undo: ${runner.join(", ")}`;
  if (changes.length === 0 && merge.kind === "merged") return "no file was changed; mend what was found";
  const labels = { ours: merge.kind === "conflict" ? merge.ours : merge.head, theirs: merge.tip };
  const frozen = await frozenTests(context);
  return (
    judgeBounds(changes, settings) ??
    judgeResolution({ labels, conflicts, changed, after, own, frozen, replaced: finish.replaced })
  );
}

/** A file of the pull request that stands in the way may be put elsewhere, e.g. a migration after newer ones. */
function withMoved(own: readonly string[], changes: readonly FileChange[]): readonly string[] {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const gone = changes.flatMap(({ kind, path }) => (kind === "delete" && own.includes(path) ? [nameOf(path)] : []));
  const moved = changes.flatMap(({ kind, path }) => (kind === "write" && gone.includes(nameOf(path)) ? [path] : []));
  return [...own, ...moved];
}

/** The files that conflict, as the automatic merge has them. */
async function conflictTexts(
  { deps, repository }: RunContext,
  merge: Made,
): Promise<ReadonlyMap<string, string | null>> {
  const texts = conflictsOf(merge).map(async (path) => {
    const bytes = await deps.git.file(repository.id, merge.commit, path);
    return [path, bytes === null ? null : new TextDecoder().decode(bytes)] as const;
  });
  return new Map(await Promise.all(texts));
}

function textAfter(changes: readonly FileChange[], path: string, before: string | null): string | null {
  const change = changes.find((one) => one.path === path);
  if (change === undefined) return before;
  return change.kind === "write" ? new TextDecoder().decode(change.bytes) : null;
}

function conflictsOf(merge: Made): readonly string[] {
  return merge.kind === "conflict" ? merge.files.map(({ path }) => path) : [];
}

const INSTALLED =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|[^/]*\.(toml|lock|mod|sum)|[^/]*lock\.yaml|requirements[^/]*\.txt|setup\.(py|cfg)|Makefile)$/;

function isInstalled(path: string): boolean {
  return INSTALLED.test(path);
}
