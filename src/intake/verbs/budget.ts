/** `budget`: sets what the task may cost. A running agent asks for it before each of its turns. */
import { openLedger } from "../../domain/ledger.ts";
import { judgeBudget } from "../../policy/limits/budget.ts";
import type { IntakeDeps } from "../effects.ts";
import { noTask } from "../replies.ts";
import { type Permitted, reply, workOf } from "./permitted.ts";

export async function budget(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task, request, scope } = permitted;
  const { store, settings } = deps;
  if (task === null) return reply(deps, permitted, noTask(permitted.request), "confused");
  const verdict = judgeBudget(request.text, settings.mostUsd);
  if (verdict.kind === "unreadable") return reply(deps, permitted, howTo(settings.mostUsd), "confused");
  const { usd, asked } = verdict;
  // handled again after a crash, it must not undo what was set since
  const before = await openLedger(store, null, scope).once("budget", async () => {
    await store.updateTask(task.id, { budget: { usd, by: request.author.login } });
    const text = `${request.author.login} set the budget to $${usd.toFixed(2)}`;
    await store.appendEvent({ taskId: task.id, runId: null, kind: "budget", text });
    return task.budgetUsd;
  });
  const [spent, runs] = await Promise.all([store.spent(task.id), store.runsOf(task.id)]);
  const last = workOf(runs).at(-1);
  const words = [
    `This task may now cost $${usd.toFixed(2)} (it was $${before.toFixed(2)}); $${spent.usd.toFixed(2)} is spent.`,
    asked === null
      ? ""
      : `You asked for $${asked.toFixed(2)}, and the operator of this Orion allows no more than this.`,
    spent.usd >= usd ? "Nothing is left of it, so what runs stops before its next turn; what is done is kept." : "",
    spent.usd < usd && last?.failure?.code === "LIMIT_USD" ? "`/orion retry` goes on where it stopped." : "",
  ];
  return reply(deps, permitted, words.filter((line) => line !== "").join(" "), "rocket");
}

function howTo(mostUsd: number): string {
  return `Say how many dollars this task may cost, at most ${mostUsd.toFixed(2)}: \`/orion budget ${Math.min(8, mostUsd)}\`. To end what runs, write \`/orion stop\`.`;
}
