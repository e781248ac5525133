/** What is answered about plans and their approval. Every sentence is ours. */
import type { Role } from "../../../domain/ports/github-port.ts";

export const PLAN_WHAT = "There is nothing to plan: say what you want, `/orion plan <text>`.";

export const NO_PLAN = "No plan waits for approval here; `/orion plan` makes one.";

export const PLANNING = "I am still planning. Read the plan when it is here, then `/orion approve` it.";

export const NO_LONGER = "No plan waits for a yes here any more; `/orion status` says what became of it.";

export const OUTDATED =
  "The plan has changed since you wrote that, or is being changed. Read the newest one, then `/orion approve` that.";

export const WAITS = "A plan waits for a yes here: `/orion approve` it, or say in a comment what should be different.";

export const MUST_APPROVE = "This plan needs an explicit yes: `/orion approve`.";

/** @param must true when `go` is no yes */
export function sayYes(must: boolean): string {
  return `If that is a yes to the plan, say \`/orion approve\`${must ? "" : " or `/orion go`"}: I begin on nothing else. What should be different, say in a comment.`;
}

export const REMARKS_FULL =
  "There are more remarks on this task than I keep, so I did not take this one in. `/orion stop`, then `/orion plan <text>` with all that counts.";

export const KEPT_BEFORE =
  "I had taken this comment in before you changed it, so the change has not reached me. Say it again in a new comment.";

export function mayNotApprove(login: string, needs: Role, role: Role): string {
  return `@${login} approving a plan needs the role ${needs} or higher in this repository; yours is ${role}.`;
}
