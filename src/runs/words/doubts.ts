/** The part *Not verified* of a pull request: what its evidence does not cover, whichever run left it open. Pure. */
import type { Evidence } from "../../domain/evidence.ts";
import { mergeDoubts } from "../rebase/words.ts";
import { safe } from "./safe.ts";

const MAX_DOUBTS = 30;

type Seen = Pick<Evidence, "notVerified" | "rows">;

/**
 * An empty section would read like a mistake.
 * @param all of every run of the pull request, oldest first
 */
export function doubts(all: readonly Seen[]): string {
  const last = all.at(-1);
  // a merge stays as it is; what other work left open a later run may have shown
  const now = [...new Set([...(last?.notVerified ?? []), ...mergeDoubts(all)])];
  const before = all.slice(0, -1).flatMap(({ notVerified }) => notVerified);
  const earlier = [...new Set(before)].filter((line) => !now.includes(line));
  if (now.length + earlier.length === 0)
    return last === undefined || last.rows.length === 0
      ? "Nothing is known that the tests which were there before do not cover; no new test was added."
      : "Every criterion is covered by a test of the table above. What those tests do not ask, nobody has looked at.";
  const parts = [
    ...(now.length === 0 ? [] : [listed(now)]),
    ...(earlier.length === 0
      ? []
      : [`Left open by earlier work on this pull request, unless the table above shows it now:\n\n${listed(earlier)}`]),
  ];
  return parts.join("\n\n");
}

function listed(lines: readonly string[]): string {
  const shown = lines.slice(0, MAX_DOUBTS).map((line) => `- ${safe(line)}`);
  const rest = lines.length - shown.length;
  return [...shown, ...(rest === 0 ? [] : [`- and ${rest} more, on the run page`])].join("\n");
}
