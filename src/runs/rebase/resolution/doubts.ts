/** What a person must look at when somebody resolved a conflict, in whole sentences. Pure. */
import type { ResolveFinish } from "../../../agents/roles.ts";
import type { FileChange } from "../../../domain/ports/git-port.ts";
import type { Review } from "../../review/let-review.ts";
import { NO_REVIEW } from "../../stages/results.ts";
import type { Merge } from "../merge-of.ts";
import { mergeName } from "../words.ts";
import { conflictText } from "./conflict-text.ts";

export interface DoubtFacts {
  readonly merge: Merge & { readonly kind: "merged" | "conflict" };
  /** against the automatic merge */
  readonly changes: readonly FileChange[];
  readonly finish: ResolveFinish;
  /** the files that conflict, as the automatic merge has them */
  readonly texts: ReadonlyMap<string, string | null>;
}

/** Each begins with the merge it is about: later runs of the pull request keep these lines. */
export function doubtsOf({ merge, changes, finish, texts }: DoubtFacts): readonly string[] {
  const files = [...texts.keys()];
  const beside = changes.map(({ path }) => path).filter((path) => !texts.has(path));
  const what = files.length === 0 ? "mended what the merge broke" : `resolved ${files.join(", ")}`;
  const lines = [
    `Devon ${what}: ${finish.summary}`,
    ...(merge.kind === "conflict" ? unmarked(merge, texts) : []),
    ...finish.replaced.map(({ file, line, because }) =>
      line === undefined ? `${file} is gone: ${because}` : `${file} lost the line \`${line.trim()}\`: ${because}`,
    ),
    ...(beside.length > 0 ? [`changed beside the conflict: ${beside.join(", ")}`] : []),
  ];
  return lines.map((line) => `${mergeName(merge.into, merge.tip)}: ${line}`);
}

/** What a reviewer left to people; nothing where there was nothing to review. @param review null where git merged alone */
export function reviewDoubts({ into, tip }: Merge, review: Review | null): readonly string[] {
  if (review === null) return [];
  const lines =
    review.missing === null
      ? review.rest.map((finding) => `Reviewer, ${finding}`)
      : [`${NO_REVIEW}: ${review.missing}`];
  return lines.map((line) => `${mergeName(into, tip)}: ${line}`);
}

/** Conflicts that no marker shows, so that nobody need have decided them. */
function unmarked(merge: Merge & { readonly kind: "conflict" }, texts: DoubtFacts["texts"]): readonly string[] {
  const labels = { ours: merge.ours, theirs: merge.tip };
  return merge.files.flatMap(({ path, ours, theirs }) => {
    if (!ours || !theirs) return [`one side deleted ${path} and the other changed it; look at what became of it`];
    const text = texts.get(path) ?? null;
    return text === null || conflictText(text, labels).conflicts.length === 0
      ? [`git could not merge ${path} as text; look at which side's stands there`]
      : [];
  });
}
