/**
 * The first stage of a rebase: where do both branches stand, and what
 * would git make of them. Nothing is written to the repository, no model is asked.
 */
import type { Outcome } from "../../domain/stages.ts";
import { forbiddenPaths } from "../../policy/test-paths.ts";
import { refusedBySettings } from "../permission.ts";
import { readSettings } from "../recipe/read-recipe.ts";
import type { RunContext } from "../run-context.ts";
import { refuseUnprotected } from "../stages/protected.ts";
import { lastWord } from "../words/last-word.ts";
import { noteConflict } from "./conflict-kept.ts";
import { findSides, type Merge, mergeOf } from "./merge-of.ts";
import { rebasePlan, upToDateLine } from "./words.ts";

export async function beginRebase(context: RunContext): Promise<Outcome> {
  const { deps, fence, task } = context;
  const sides = await findSides(context);
  // the branch's head is what the push expects to find
  await deps.store.updateRun(fence, { baseSha: sides.head, plan: rebasePlan(task, sides.into) });
  const merge = await mergeOf(context);
  const settings = await readSettings(deps.git, context.repository.id, merge.tip);
  const refused = (await refusedBySettings(context, settings)) ?? (await refuseUnprotected(context));
  if (refused !== null) return refused;
  if (merge.kind === "nothing") {
    await noteConflict(deps, task.id, null);
    await sayUpToDate(context, merge);
    return { kind: "answered" };
  }
  if (merge.kind === "conflict") {
    const files = merge.files.map(({ path }) => path);
    const ends = refuseConflict(files, merge.into);
    if (ends !== null) return ends;
    await context.tell("rebase", `${merge.into} at ${merge.tip.slice(0, 7)} conflicts in ${files.join(", ")}`);
    return { kind: "done" };
  }
  await context.tell("rebase", `${merge.into} at ${merge.tip.slice(0, 7)} merges without a conflict`);
  return { kind: "done" };
}

/** @returns why a conflict in these files is for a person to resolve, or null. Pure */
export function refuseConflict(files: readonly string[], into: string): Outcome | null {
  const people = forbiddenPaths(files);
  if (people.length === 0) return null;
  const because = `these files conflict and are not mine to change; merge ${into} by hand, then ask again: ${people.join(", ")}`;
  return { kind: "give-up", code: "NEEDS_A_PERSON", because };
}

async function sayUpToDate(context: RunContext, { into, tip }: Merge): Promise<void> {
  const { run, task } = context;
  const where = run.place ?? task.pullRequest ?? task.issueNumber;
  await context.tell("rebase", `already up to date with ${into} at ${tip.slice(0, 7)}`);
  await context.mayGoOn();
  const words = upToDateLine({ login: run.requestedBy.login, into, tip });
  await lastWord(context, { key: "up-to-date-comment", mark: "up-to-date", where, words });
}
