/**
 * Asked before every turn of an agent: whether the day's money lasts. Where it
 * does not, people are told once a day and the queue hands the run out again at
 * midnight; nothing of it is lost.
 */
import { OrionError } from "../domain/errors.ts";
import { dayBegan, judgeDay } from "../policy/limits/day-budget.ts";
import type { RunContext } from "./run-context.ts";
import { told } from "./told.ts";

/** @throws OrionError LATER with `retryAtMs`: the day's budget is spent */
export async function maySpend(context: RunContext): Promise<void> {
  const { deps, run, sticky } = context;
  const now = Date.now();
  const spent = await deps.store.spentSince(new Date(dayBegan(now)));
  const retryAtMs = judgeDay(spent, deps.dayUsd, now);
  if (retryAtMs === null) return;
  const because = `the ${deps.dayUsd.toFixed(2)} dollars that all work of this Orion may cost in a day are spent; this goes on at 00:00 UTC, where it stands`;
  await context.tell("day-spent", because);
  if (run.kind === "ask") await answerLater(context, dayBegan(now), because);
  else await told(deps, run, "living comment", () => sticky.flush());
  throw new OrionError("LATER", because, { retryAtMs });
}

/** A question has no living comment. */
async function answerLater({ deps, run, task, repository, ledger }: RunContext, day: number, because: string) {
  const place = run.place ?? task.issueNumber;
  const marker = `<!-- orion:run=${run.id}:day-spent:${day} -->`;
  await told(deps, run, "word about the day's budget", () =>
    ledger.effect(`day-spent-${day}`, {
      find: () => deps.github.findComment(repository, place, marker),
      act: () => deps.github.createComment(repository, place, `${marker}\n@${run.requestedBy.login}: ${because}.`),
    }),
  );
}
