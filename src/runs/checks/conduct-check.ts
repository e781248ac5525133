/**
 * A run that only looks: at a failure of the repository's CI, or a second time
 * at what was proposed. It changes no code and asks no model.
 */
import { describeError, hasCode } from "../../domain/errors.ts";
import { lookOf } from "../ci/cause.ts";
import { lookAtFailure } from "../ci/look.ts";
import { saveNote } from "../ci/note.ts";
import { notJudged } from "../ci/words.ts";
import type { RunContext } from "../run-context.ts";
import { told } from "../told.ts";
import { codeOf, isPassing } from "../trouble.ts";
import { refreshSticky } from "../words/sticky-facts.ts";
import { verifiedRunOf } from "./again.ts";
import { closeChecksOf } from "./sweep-checks.ts";
import { verifyAgain } from "./verify-again.ts";

/**
 * Takes a claimed look to its end.
 * @throws what a later try may mend
 */
export async function conductCheck(context: RunContext): Promise<void> {
  const { deps, fence, run, repository, signal } = context;
  try {
    await context.mayGoOn();
    await look(context);
    await deps.store.updateRun(fence, { status: "done" });
  } catch (error) {
    const lost = signal.aborted || hasCode(error, "FENCED");
    if (lost || (isPassing(error, run, deps.maxTries) && run.attempt <= 2 * deps.maxTries)) throw error;
    if (hasCode(error, "PAUSED")) {
      const parked = await deps.store.parkRun(fence, { repositoryId: repository.id, everywhere: deps.paused });
      return parked ? undefined : conductCheck(context);
    }
    if (hasCode(error, "STOPPED")) return end(context, { status: "stopped", code: "STOPPED", because: error.message });
    const failure = { code: codeOf(error), because: deps.redact(describeError(error)) };
    await deps.store.updateRun(fence, { failure });
    await context.tell("failed", `${failure.code}: ${failure.because}`);
    await end(context, { status: "failed", ...failure });
  }
}

async function look(context: RunContext): Promise<void> {
  const failure = lookOf(context.run.cause);
  if (failure !== null) return lookAtFailure(context, failure);
  const runId = verifiedRunOf(context.run.cause);
  if (runId !== null) return verifyAgain(context, runId);
  throw new TypeError(`a look for no known reason: ${context.run.cause}`);
}

/** What was open is closed before the run ends: whoever dies in between leaves it to the sweep. */
async function end(
  context: RunContext,
  { status, code, because }: { readonly status: "stopped" | "failed"; readonly code: string; readonly because: string },
): Promise<void> {
  const { deps, run, task } = context;
  await told(deps, run, "open check", () => closeChecksOf(deps, run.id, because));
  const failure = lookOf(run.cause);
  if (failure !== null) {
    await saveNote(deps.store, task, notJudged(failure.commit, code));
    await told(deps, run, "living comment", () => refreshSticky(deps, task.id));
  }
  await deps.store.updateRun(context.fence, { status });
}
