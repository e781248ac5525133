/**
 * The first stage of a rebase: may they, where do both branches stand, and what
 * would git make of them. Nothing is written to the repository, no model is asked.
 */
import type { Role } from "../../domain/ports/github-port.ts";
import type { Outcome } from "../../domain/stages.ts";
import { forbiddenPaths } from "../../policy/test-paths.ts";
import { readSettings } from "../recipe/read-recipe.ts";
import type { RunContext } from "../run-context.ts";
import { refuseUnprotected } from "../stages/protected.ts";
import { noteConflict } from "./conflict-kept.ts";
import { findSides, type Merge, mergeOf } from "./merge-of.ts";
import { rebasePlan, upToDateLine } from "./words.ts";

const WRITERS: readonly Role[] = ["write", "maintain", "admin"];

export async function begin(context: RunContext): Promise<Outcome> {
  const { deps, fence, task } = context;
  const sides = await findSides(context);
  // the branch's head is what the push expects to find
  await deps.store.updateRun(fence, { baseSha: sides.head, plan: rebasePlan(task, sides.into) });
  const merge = await mergeOf(context);
  const refused = (await notPermitted(context, merge.tip)) ?? (await refuseUnprotected(context));
  if (refused !== null) return refused;
  if (merge.kind === "nothing") {
    await noteConflict(deps, task.id, null);
    await sayUpToDate(context, merge);
    return { kind: "nothing" };
  }
  if (merge.kind === "conflict") {
    const files = merge.files.map(({ path }) => path);
    const people = forbiddenPaths(files);
    if (people.length > 0) {
      const because = `these files conflict and are not mine to change; merge ${merge.into} by hand, then ask again: ${people.join(", ")}`;
      return { kind: "give-up", code: "NEEDS_A_PERSON", because };
    }
    await context.tell("rebase", `${merge.into} at ${merge.tip.slice(0, 7)} conflicts in ${files.join(", ")}`);
    return { kind: "done" };
  }
  await context.tell("rebase", `${merge.into} at ${merge.tip.slice(0, 7)} merges without a conflict`);
  return { kind: "done" };
}

/** Asked again now: between the request and its turn a person may have lost the right. */
async function notPermitted(context: RunContext, tip: string): Promise<Outcome | null> {
  const { deps, repository, run } = context;
  const { login } = run.requestedBy;
  const role = await deps.github.role(repository, login);
  const needs = (await readSettings(deps.git, repository.id, tip)).who?.fix ?? "write";
  if (WRITERS.includes(role) && WRITERS.indexOf(role) >= WRITERS.indexOf(needs)) return null;
  const because = `${login} may not ask for this here: it takes ${needs} or higher, and the role is ${role}`;
  return { kind: "give-up", code: "NOT_PERMITTED", because };
}

async function sayUpToDate(context: RunContext, { into, tip }: Merge): Promise<void> {
  const { deps, repository, run, task, ledger } = context;
  const where = run.place ?? task.pullRequest ?? task.issueNumber;
  const marker = `<!-- orion:run=${run.id}:up-to-date -->`;
  await context.tell("rebase", `already up to date with ${into} at ${tip.slice(0, 7)}`);
  await context.mayGoOn();
  await ledger.effect("up-to-date-comment", {
    find: () => deps.github.findComment(repository, where, marker),
    act: () => {
      const words = upToDateLine({ login: run.requestedBy.login, into, tip });
      return deps.github.createComment(repository, where, deps.redact(`${marker}\n${words}`));
    },
  });
}
