/** The first message of whoever resolves a conflict: stable facts, the pull request, the places. */
import type { RunContext } from "../../run-context.ts";
import { fenced, join, repositoryFacts } from "../../words/briefs.ts";
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

function places({ files }: Merge & { readonly kind: "conflict" }): string {
  return files
    .map(({ path, base, ours, theirs }) => {
      if (ours && theirs) return `${path}: ${base ? "both changed it" : "both added it"}`;
      return `${path}: ${ours ? "the default branch" : "the pull request"} deleted it, the other changed it`;
    })
    .join("\n");
}
