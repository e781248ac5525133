/** The first message of whoever resolves a conflict, and of whoever reviews that: stable facts, the pull request, the places. */
import { planOf, type RunContext } from "../../run-context.ts";
import { changeText, fenced, join, planPart, repositoryFacts, requestPart } from "../../words/briefs.ts";
import type { Merge } from "../merge-of.ts";
import { frozenTests } from "../see-merge.ts";

const FOUND_CHARS = 6_000;

export async function resolveBrief(
  context: RunContext,
  merge: Merge & { readonly kind: "merged" | "conflict" },
): Promise<string> {
  const { run, task, ledger } = context;
  const found = run.round === 1 ? null : await ledger.read<string>(`findings-${run.round - 1}`);
  const frozen = await frozenTests(context);
  const goal = [task.title, task.plan?.goal ?? task.request, run.text].filter((part) => part !== "").join("\n\n");
  return join([
    await repositoryFacts(context, merge.head),
    `${merge.into} at ${merge.tip} is merged into the branch of this pull request:`,
    await fenced(context, goal),
    merge.kind === "conflict"
      ? `Conflicts (\`<<<<<<< ${merge.ours}\` begins the pull request's side, \`>>>>>>> ${merge.tip}\` ends the default branch's):`
      : "Git merged both without a conflict.",
    merge.kind === "conflict" ? await fenced(context, places(merge)) : null,
    frozen.length === 0 ? null : `Frozen test files: ${[...new Set(frozen)].join(", ")}`,
    found === null ? null : "What was handed in before is in the workspace. It was sent back; mend this:",
    found === null ? null : await fenced(context, found.slice(0, FOUND_CHARS)),
  ]);
}

/** The reviewer: what was made of git's own merge, in whose form both sides can be read. */
export async function resolutionReviewBrief(
  context: RunContext,
  merge: Merge & { readonly kind: "merged" | "conflict" },
  { workspace, doubts }: { readonly workspace: string; readonly doubts: readonly string[] },
): Promise<string> {
  const { deps, repository } = context;
  const diffs = await deps.git.diff(repository.id, merge.commit, workspace);
  const from =
    merge.kind === "conflict"
      ? `git's own merge, where \`<<<<<<< ${merge.ours}\` begins the pull request's side, \`|||||||\` what both began with, and \`>>>>>>> ${merge.tip}\` ends the default branch's`
      : "git's own merge, which has no conflict and fails the tests";
  return join([
    await requestPart(context),
    planPart(planOf(context)),
    `${merge.into} at ${merge.tip} was merged into the branch of this pull request, and what both sides want must stand. The change to ${from}:`,
    await fenced(context, changeText(diffs)),
    "What whoever made it says of it:",
    await fenced(context, doubts.join("\n")),
  ]);
}

function places({ files }: Merge & { readonly kind: "conflict" }): string {
  return files
    .map(({ path, base, ours, theirs }) => {
      if (ours && theirs) return `${path}: ${base ? "both changed it" : "both added it"}`;
      return `${path}: ${ours ? "the default branch" : "the pull request"} deleted it, the other changed it`;
    })
    .join("\n");
}
