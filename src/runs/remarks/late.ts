/** Remarks that nobody who works on the task was given: they came when the work was done, or under work on something else. */
import type { Remark } from "../../domain/ports/store/waiting-store.ts";
import type { Repository, Run } from "../../domain/task.ts";
import { reachesRole } from "../../policy/permission.ts";
import { commitOfRound } from "../ci/cause.ts";
import type { RunDeps } from "../run-context.ts";

/** @returns those of people who may write now: who could when they said it may have lost the right */
export async function ofPermitted(
  { github }: Pick<RunDeps, "github">,
  repository: Repository,
  remarks: readonly Remark[],
): Promise<readonly Remark[]> {
  const logins = [...new Set(remarks.map(({ person }) => person.login))];
  const may = await Promise.all(
    logins.map(async (login) => reachesRole(await github.role(repository, login), "write")),
  );
  return remarks.filter(({ person }) => may[logins.indexOf(person.login)]);
}

/** Work that people's earlier remarks are not about: they wait for a `fix`. */
export function passesOver(run: Pick<Run, "kind" | "cause" | "createdAt">, { at, taken }: Remark): boolean {
  return (run.kind === "rebase" || commitOfRound(run) !== null) && !taken && at < run.createdAt;
}

/** @returns how many there are */
export async function countLate(
  deps: Pick<RunDeps, "github" | "store">,
  repository: Repository,
  taskId: string,
): Promise<number> {
  const open = (await deps.store.remarks(taskId)).filter(({ taken }) => !taken);
  return (await ofPermitted(deps, repository, open)).length;
}
