/** What a revert says of itself: commit message, title and text of its pull request. Pure. */
import type { FileDiff } from "../../domain/ports/git-port.ts";
import type { MergedPull } from "../../domain/ports/merges-port.ts";
import { codeSpan, safe } from "../words/safe.ts";
import type { CameIn } from "./what-came-in.ts";

type Found = Extract<CameIn, { kind: "found" }>;

export const ORION = { name: "Orion (CodeMaestro)", email: "orion@codemaestro.invalid" } as const;

const SUBJECT_MAX = 100;
const MAX_LISTED = 30;
const BECAUSE_CHARS = 500;

/** On the default branch a message closes what it says it closes, and calls whom it names. */
const plain = (text: string, max: number): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/#(?=\d)|@/g, "")
    .trim()
    .slice(0, max);

export function revertTitle(pull: MergedPull): string {
  return plain(`revert: ${pull.title}`, SUBJECT_MAX);
}

/** Names the commits in git's own words, so that git and people find them. */
export function revertMessage(pull: MergedPull, { how, after, before, count }: Found, because: string): string {
  const what = count === 1 ? `This reverts commit ${after}` : `This reverts ${count} commits up to ${after}`;
  return [
    revertTitle(pull),
    "",
    `${what} (${how} of pull request ${pull.number}), back to ${before}.`,
    "prisma/migrations stays as it is.",
    "",
    plain(because, BECAUSE_CHARS),
    "",
    "To land it again, revert this commit.",
    "",
  ].join("\n");
}

export function revertBody(facts: {
  readonly pull: MergedPull;
  readonly came: Found;
  readonly diffs: readonly FileDiff[];
  readonly because: string;
  readonly commit: string;
}): string {
  const { pull, came, diffs, because, commit } = facts;
  const merger = pull.mergedBy === null ? "" : ` by ${safe(pull.mergedBy.login)}`;
  const commits =
    came.count === 1 ? `\`${came.after.slice(0, 7)}\`` : `${came.count} commits up to \`${came.after.slice(0, 7)}\``;
  return [
    `Undoes #${pull.number} (${commits}, a ${came.how}${merger}).`,
    `### Why\n\n${safe(because, BECAUSE_CHARS)}`,
    `### What changes\n\n${listed(diffs)}`,
    `### What stays\n\n${KEPT}`,
    "### Not verified\n\n- No test ran on this; it is the code as it was, with what came later on top.",
    `### Land it again\n\nOnce this is merged, comment \`/orion revert\` here, or: \`git revert ${commit.slice(0, 12)}\` and push. A merge of the old branch brings nothing back: git counts it as merged.`,
    "### Undo\n\nClose this pull request; nothing else was touched.",
  ].join("\n\n");
}

const KEPT =
  "`prisma/migrations` is left as it is: code is reverted, not the schema. Where `schema.prisma` is among the changes it now says less than the migrations; the old code runs on the larger schema, and a check of drift stays red until the change is landed again.";

function listed(diffs: readonly FileDiff[]): string {
  const lines = diffs.map((diff) => `- ${codeSpan(diff.path)} ${diff.status} (+${diff.added} −${diff.deleted})`);
  if (lines.length <= MAX_LISTED) return lines.join("\n");
  return [...lines.slice(0, MAX_LISTED - 1), `- and ${lines.length - MAX_LISTED + 1} more files`].join("\n");
}
