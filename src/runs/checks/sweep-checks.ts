/**
 * Ends checks of ours that say they are under way while nobody works on them:
 * from what was written down when they were opened, without a search on GitHub.
 */
import { describeError, hasCode } from "../../domain/errors.ts";
import type { OpenCheck } from "../../domain/ports/store/open-check-store.ts";
import type { RunDeps } from "../run-context.ts";

type SweepDeps = Pick<RunDeps, "store" | "github" | "redact" | "log">;

/** Answers after which asking again is of no use. */
const GONE = ["GITHUB_NOT_FOUND", "GITHUB_FORBIDDEN", "GITHUB_REFUSED"] as const;

/** At start and regularly. @returns how many were ended */
export async function sweepChecks(deps: SweepDeps): Promise<number> {
  let ended = 0;
  for (const check of await deps.store.danglingChecks()) {
    try {
      if (await close(deps, check, await reasonOf(deps, check))) ended += 1;
    } catch (error) {
      // the next sweep tries again
      deps.log(`open check ${check.name} on ${check.headSha.slice(0, 7)}: ${describeError(error)}`);
    }
  }
  return ended;
}

/** Ends those of one run, which is about to end itself. */
export async function closeChecksOf(deps: SweepDeps, runId: string, because: string): Promise<void> {
  for (const check of await deps.store.openChecksOf(runId)) await close(deps, check, because);
}

async function reasonOf(deps: SweepDeps, check: OpenCheck): Promise<string> {
  const run = await deps.store.run(check.runId);
  if (run === null) return "the run that worked on it is gone";
  return run.failure?.because ?? `the run that worked on it is ${run.status}`;
}

/** @returns whether it was under way until now */
async function close(deps: SweepDeps, check: OpenCheck, because: string): Promise<boolean> {
  const repository = await deps.store.repository(check.repositoryId);
  const was = repository === null ? false : await endOn(deps, repository, check, because);
  await deps.store.closeCheck(check);
  return was;
}

async function endOn(
  deps: SweepDeps,
  repository: Parameters<RunDeps["github"]["endCheck"]>[0],
  { name, headSha, externalId }: OpenCheck,
  because: string,
): Promise<boolean> {
  try {
    return await deps.github.endCheck(repository, {
      ...{ name, headSha, externalId, status: "completed", conclusion: "cancelled" },
      title: "ended without a result",
      summary: deps.redact(`Nobody works on this any more: ${because}\n\n*Re-run* starts it again.`),
    });
  } catch (error) {
    if (GONE.some((code) => hasCode(error, code))) return false;
    throw error;
  }
}
