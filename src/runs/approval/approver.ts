/** Whose yes counts, for those who hear it: settings of the commit the run builds on. */
import type { Role } from "../../domain/ports/github-port.ts";
import type { Repository, Run } from "../../domain/task.ts";
import { bring } from "../mirror/bring.ts";
import { readSettings } from "../recipe/read-recipe.ts";
import type { RunDeps } from "../run-context.ts";
import { approverRole } from "./need.ts";

/** @returns the least role; asked again when the work begins */
export async function leastApprover(
  { git, github }: Pick<RunDeps, "git" | "github">,
  repository: Repository,
  run: Run,
): Promise<Role> {
  if (run.baseSha === null) return approverRole(run.kind, {});
  // who hears the yes may not be the one who planned
  await bring({ git, github }, repository, [run.baseSha]);
  return approverRole(run.kind, await readSettings(git, repository.id, run.baseSha));
}
