/** What `/orion retry` would do about a failure, said where the failure is told. Pure. */
import type { Run } from "../../domain/task.ts";
import { isOperators } from "../../policy/words/reasons.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  NOT_PERMITTED:
    "Once who asks, and whose words they are, have that role, `/orion retry` goes on; somebody who has it can also say it in words of their own.",
  BRANCH_GONE: "Restore the branch on the pull request's page; then `/orion retry` goes on with it.",
  PULL_CLOSED: "Reopen the pull request; then `/orion retry` goes on with it.",
  LIMIT_USD: "A maintainer raises the cap of this task by `/orion budget <usd>`; then `/orion retry` goes on here.",
  SETUP_FAILED: ofTheBase(),
  TEST_COMMAND_UNKNOWN: ofTheBase(),
  TEST_REPORT_MISSING: ofTheBase(),
  TEST_REPORT_UNREADABLE: ofTheBase(),
  DEFAULT_BRANCH_UNPROTECTED: "Once it is protected, `/orion retry` goes on.",
  SECRET_IN_CHANGE: "`/orion retry` keeps the plan, and has tests and code written anew.",
  ROUNDS_SPENT: "`/orion retry` gives it three more rounds, from what was found last.",
};

function ofTheBase(): string {
  return "If the repository itself is the cause, mend its default branch: `/orion retry` then begins again from there. Else it goes on here.";
}

/** @param failure of this run */
export function retryWords({ kind, stage }: Pick<Run, "kind" | "stage">, failure: { readonly code: string }): string {
  if (failure.code === "BRANCH_MOVED")
    return kind === "first"
      ? "`/orion retry` pushes the same work under another name."
      : "`/orion retry` begins again on the branch as people left it; their commits stay.";
  if (kind === "rebase" && REMEDIES[failure.code] === undefined)
    return "`/orion retry` merges both branches again, as they are then.";
  const known = REMEDIES[failure.code];
  if (known !== undefined) return known;
  const first = isOperators(failure.code) ? "Whoever runs this Orion has to mend that; then comment" : "Comment";
  return stage === "plan"
    ? `${first} \`/orion retry\` to try again.`
    : `${first} \`/orion retry\` to go on at **${stage}**; what came before is kept.`;
}
