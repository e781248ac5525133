/**
 * Permission, asked again when work begins: between the request and its turn a
 * person may have lost the right, and so may the author of the words. Intake
 * asked first; see `policy/permission.ts`.
 */
import type { Role } from "../domain/ports/github-port.ts";
import type { Outcome } from "../domain/stages.ts";
import type { RepositorySettings } from "./recipe/settings.ts";
import type { RunContext } from "./run-context.ts";

const WRITERS: readonly Role[] = ["write", "maintain", "admin"];

type Refusal = Extract<Outcome, { kind: "give-up" }>;

/** @returns why the run may not go on; null when both who asked and whose words they are may still write */
export async function refusedNow({ deps, repository, run, task }: RunContext): Promise<Refusal | null> {
  const { requestedBy, textBy } = run;
  const role = await deps.github.role(repository, requestedBy.login);
  if (!WRITERS.includes(role)) {
    const because = `${requestedBy.login} may no longer write to this repository (role ${role}); somebody who may can ask again`;
    return refusal(because);
  }
  // adopted words are worked on only as a plan that somebody who may has approved
  const adopted = task.adopted && run.kind === "first";
  const authors = [...(textBy === null || adopted ? [] : [textBy]), ...run.points.flatMap(({ by }) => by ?? [])];
  for (const author of new Map(authors.map((one) => [one.id, one])).values()) {
    if (author.id === requestedBy.id) continue;
    const theirs = await deps.github.role(repository, author.login);
    if (!WRITERS.includes(theirs))
      return refusal(
        `the words are those of ${author.login}, who may not write to this repository (role ${theirs}); say it in your own: /orion go <what to do>`,
      );
  }
  return null;
}

/** @returns why the repository's own settings (`who`) keep the person from asking for this; null when they do not */
export async function refusedBySettings(
  { deps, repository, run }: RunContext,
  { who }: RepositorySettings,
): Promise<Refusal | null> {
  const needs = who?.[run.kind === "first" ? "go" : "fix"] ?? "write";
  if (needs === "write") return null;
  const role = await deps.github.role(repository, run.requestedBy.login);
  if (WRITERS.indexOf(role) >= WRITERS.indexOf(needs)) return null;
  return refusal(
    `.github/orion.yml lets only ${needs} or higher ask for this (who); the role of ${run.requestedBy.login} is ${role}`,
  );
}

function refusal(because: string): Refusal {
  return { kind: "give-up", code: "NOT_PERMITTED", because };
}
