/**
 * People pushed to the branch, deleted it or closed its pull request while a run
 * worked. Nothing of theirs is overwritten and nothing of the run's is lost: its
 * work is put on top of theirs where no file meets, else done again there.
 */

import type { FeatureRef } from "../../domain/feature-ref.ts";
import { needsTests } from "../../domain/plan.ts";
import type { Pull } from "../../domain/ports/github-port.ts";
import { MAX_MOVES, type Outcome } from "../../domain/stages.ts";
import type { RunKind } from "../../domain/task.ts";
import { bring } from "../mirror/bring.ts";
import { baseOf, planOf, type RunContext } from "../run-context.ts";
import { type GreenResult, latest, movedKey, type RedResult } from "../stages/results.ts";
import { type Replanted, replant } from "./replant.ts";

/** That a round began on another commit, and with what. */
export interface Moved {
  /** the commit the run built on before, and its work there */
  readonly from: string;
  readonly work: string;
  readonly onto: string;
  /** null: the stages run again */
  readonly replanted: Replanted | null;
}

/** @returns how many rounds of this run began because people pushed */
export async function movesSoFar({ run, ledger }: Pick<RunContext, "run" | "ledger">): Promise<number> {
  let moves = 0;
  for (let round = 2; round <= run.round; round += 1) if ((await ledger.read(movedKey(round))) !== null) moves += 1;
  return moves;
}

/** A branch that is not where the run left it. */
export interface Found {
  readonly ref: FeatureRef;
  /** what was to be pushed */
  readonly commit: string;
  /** where the branch is instead; null when it is gone */
  readonly head: string | null;
}

/** @returns where the run goes on, or why it ends */
export async function moveOn(context: RunContext, found: Found): Promise<Outcome> {
  const refused = refuseMove(found, context.run.kind, await movesSoFar(context));
  if (refused !== null || found.head === null) return refused ?? branchGone(found);
  return beginAgain(context, found.head);
}

/**
 * @param moves how often this run has begun again already
 * @returns why it does not begin again, or null. Pure
 */
export function refuseMove(found: Found, kind: RunKind, moves: number): Outcome | null {
  const { ref, head } = found;
  if (head === null && kind !== "first") return branchGone(found);
  // a merge is made anew on what people left: asking again does that
  if (head !== null && kind === "fix" && moves < MAX_MOVES) return null;
  const because = `${ref} was moved by somebody else while this run worked (it is at ${head ?? "nothing"}); nothing was pushed, their commits stand, and ${kept(found)}. Ask again once the branch rests`;
  return { kind: "give-up", code: "BRANCH_MOVED", because };
}

function branchGone(found: Found): Outcome {
  const because = `${found.ref} was deleted while this run worked; nothing was pushed, and ${kept(found)}. Restore the branch on the pull request's page, then ask again`;
  return { kind: "give-up", code: "BRANCH_GONE", because };
}

function kept({ commit }: Found): string {
  return `the work is kept as ${commit.slice(0, 7)}`;
}

/** What a person ended while the run worked. */
export function closedMeanwhile(
  pull: Pick<Pull, "number" | "merged">,
  commit: string,
): { readonly code: Uppercase<string>; readonly because: string } {
  const pushed = `Nothing more was pushed; the work is kept as ${commit.slice(0, 7)}`;
  return pull.merged
    ? {
        code: "PULL_MERGED",
        because: `pull request #${pull.number} was merged while this run worked. ${pushed}. File a new issue for what is missing`,
      }
    : {
        code: "PULL_CLOSED",
        because: `pull request #${pull.number} was closed while this run worked. ${pushed}. Reopen it (restore its branch first where that is gone), then ask again`,
      };
}

/** Decided once for a round, so that a worker that resumes goes on the same way. */
async function beginAgain(context: RunContext, head: string): Promise<Outcome> {
  const { ledger, run } = context;
  const round = run.round + 1;
  const moved = await ledger.once(movedKey(round), () => decide(context, head));
  const { onto, replanted } = moved;
  if (replanted === null) {
    await context.tell(
      "moved",
      `people pushed ${onto.slice(0, 7)} meanwhile, to the same files; this is done again on top of it`,
    );
    return { kind: "moved", stage: needsTests(planOf(context)) ? "red" : "green", onto, work: null };
  }
  const { red, green } = replanted;
  if (red !== null) await ledger.once(`red-${round}`, async () => red);
  await ledger.once(`green-${round}`, async () => green);
  await context.tell(
    "moved",
    `people pushed ${onto.slice(0, 7)} meanwhile; the work stands on top of it as ${green.headSha.slice(0, 7)}`,
  );
  return { kind: "moved", stage: "verify", onto, work: green.headSha };
}

async function decide(context: RunContext, onto: string): Promise<Moved> {
  const { deps, repository } = context;
  await bring(deps, repository, [onto]);
  const red = await latest<RedResult>(context, "red");
  const green = await latest<GreenResult>(context, "green");
  if (green === null) throw new TypeError(`run ${context.run.id} has nothing to put on top of ${onto}`);
  const from = baseOf(context);
  const replanted = await replant(context, { onto, red, green });
  return { from, work: green.headSha, onto, replanted };
}
