/**
 * What Orion noticed while it planned: kept as a proposal, told to the person,
 * used once they agree. A fact is proposed only when the base proves it.
 */
import { MOST_CHARS } from "../../domain/ports/store/memory-store.ts";
import { sameWords } from "../../domain/same-words.ts";
import type { RunContext } from "../run-context.ts";
import { baseOf, planOf } from "../run-context.ts";
import { holdsAt } from "./recall.ts";

/** Most facts that one run may propose. */
const MOST_FACTS = 3;

/** @returns the words of what is proposed now; the same on every try */
export function proposeMemory(context: RunContext): Promise<readonly string[]> {
  return context.ledger.once("memory-proposals", async () => {
    const { deps, run, repository, task } = context;
    const plan = planOf(context);
    const source = `${repository.owner}/${repository.name}#${run.place ?? task.issueNumber}`;
    const proposed: string[] = [];
    if (plan.habit !== undefined && run.kind === "fix") {
      const text = deps.redact(plan.habit).slice(0, MOST_CHARS);
      const owner = { installationId: repository.installationId, person: run.requestedBy };
      const known = (await deps.store.habits(owner)).some((one) => sameWords(one.text, text));
      if (!known && (await deps.store.remember(owner, { kind: "proposed", text, source })) !== null)
        proposed.push(text);
    }
    const commit = baseOf(context);
    const kept = await deps.store.facts(repository.id);
    for (const { text: words, path, quote } of plan.facts.slice(0, MOST_FACTS)) {
      const text = deps.redact(words).slice(0, MOST_CHARS);
      const known = kept.some((one) => one.path === path && sameWords(one.text, text));
      if (known || !(await holdsAt(deps.git, repository.id, commit, { path, quote }))) continue;
      const fact = { kind: "proposed", text, source, path, quote, commit, person: run.requestedBy } as const;
      if ((await deps.store.rememberFact(repository.id, fact)) !== null) proposed.push(`${text} (${path})`);
    }
    return proposed;
  });
}
