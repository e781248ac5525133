/**
 * Tells the App of check runs and of suites that are through, whoever made
 * them: as on GitHub, ends are told of every App, wishes only of its own.
 */
import { commitInfo } from "../../git/read.ts";
import type { CheckRunRecord, CheckSuiteRecord } from "../../state/check-records.ts";
import type { AccountRecord, RepositoryRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { checkRunShape, checkSuiteShape, latestRuns, suiteOutcome } from "../shape/check.ts";

export async function tellRun(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  run: CheckRunRecord,
  action: "created" | "completed",
): Promise<void> {
  const parts = { check_run: checkRunShape(world, repository, run) };
  world.tell({ event: "check_run", action, repository, sender, parts });
  const suite = world.state.checkSuites.get(run.suiteId);
  const runs = world.state.checkRuns.where((one) => one.suiteId === run.suiteId);
  if (action !== "completed" || suite === undefined || suiteOutcome(latestRuns(runs)).status !== "completed") return;
  await tellSuite(world, repository, sender, suite, "completed");
}

export async function tellSuite(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  suite: CheckSuiteRecord,
  action: "completed" | "rerequested",
): Promise<void> {
  const head = await commitInfo(repository.path, suite.headSha);
  if (head === null) return;
  const whole = { check_suite: checkSuiteShape(world, repository, suite, head) };
  world.tell({ event: "check_suite", action, repository, sender, parts: whole });
}

/** A wish to run again: our App is told of its own runs, another App's is kept for whoever looks. */
export function wishAgain(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  runs: readonly CheckRunRecord[],
): void {
  for (const run of runs) {
    const suite = world.state.checkSuites.get(run.suiteId);
    if (suite?.app !== undefined) {
      const rerequestedBy = [...(run.rerequestedBy ?? []), sender.login];
      world.state.checkRuns.put({ ...run, rerequestedBy });
      world.state.checkSuites.put({ ...suite, updatedAt: now() });
      continue;
    }
    const parts = { check_run: checkRunShape(world, repository, run) };
    world.tell({ event: "check_run", action: "rerequested", repository, sender, parts });
  }
}
