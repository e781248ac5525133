/**
 * Words that ask for no change: nothing is planned anew for them, which would
 * cost, and they are no yes. Where a plan waits Orion says how to give one.
 */
import type { Repository, Run, RunStatus } from "../../../domain/task.ts";
import { asksForNothing } from "../../../policy/words/agreement.ts";
import { type IntakeDeps, sayFirst } from "../../effects.ts";
import * as words from "./words.ts";

const LIVING: readonly RunStatus[] = ["queued", "running", "waiting"];

type Waiting = Run & { readonly planShown: { readonly hash: string; readonly must: boolean } };

/** @returns true when people see a plan of this run that nobody has said yes to */
export function showsPlan(run: Run): run is Waiting {
  const { planShown, stage, status } = run;
  return planShown !== null && planShown.hash !== null && stage === "plan" && LIVING.includes(status);
}

/** @param runs of the task; where one of them shows a plan with questions, "yes" is an answer */
export function onlyPraises(text: string, runs: readonly Run[]): boolean {
  const asked = runs.some((run) => LIVING.includes(run.status) && (run.plan === null || run.plan.questions.length > 0));
  return asksForNothing(text, { asked });
}

/** Once a plan, in the conversation it stands in, however many are pleased with it. @param by the delivery, `delivery:<guid>` */
export async function tellHowToApprove(
  deps: IntakeDeps,
  by: string,
  repository: Repository,
  place: number,
  run: Waiting,
): Promise<void> {
  const { hash, must } = run.planShown;
  const step = { scope: `praised:${run.id}`, key: hash.slice(0, 16) };
  await sayFirst(deps, by, step, repository, place, words.sayYes(must));
}
