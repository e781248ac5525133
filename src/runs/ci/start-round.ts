/** Starts a round of work because CI failed: for the person who asked for the pull request, while they may, and twice at most. */
import { openLedger } from "../../domain/ledger.ts";
import { judgePermission } from "../../policy/permission.ts";
import type { RunContext } from "../run-context.ts";
import { commitOfRound, MOST_ROUNDS, roundCause } from "./cause.ts";
import type { saveNote } from "./note.ts";
import { ciText, type Failure, notPermitted, round, spent, spentComment } from "./words.ts";

/** @returns what the living comment says of it */
export async function startRound(
  context: RunContext,
  { commit, pullRequest, failed }: Failure,
): Promise<Parameters<typeof saveNote>[2]> {
  const { deps, repository, task } = context;
  const { requester } = task;
  const checks = failed.map(({ check }) => check);
  const role = await deps.github.role(repository, requester.login);
  if (judgePermission({ verb: "fix", actor: role, textAuthor: role }).kind !== "allow")
    return notPermitted(commit, checks, requester.login);
  const rounds = (await deps.store.runsOf(task.id)).filter((run) => commitOfRound(run) !== null);
  const known = rounds.findIndex((run) => commitOfRound(run) === commit);
  if (known >= 0) return round(commit, checks, known + 1);
  if (rounds.length >= MOST_ROUNDS) {
    const marker = `<!-- orion:ci=${task.id}:spent -->`;
    const words = `${marker}\n${spentComment(task, commit, checks)}`;
    await openLedger(deps.store, null, `task:${task.id}`).effect("ci-spent", {
      find: () => deps.github.findComment(repository, pullRequest, marker),
      act: () => deps.github.createComment(repository, pullRequest, deps.redact(words)),
    });
    return spent(commit, checks);
  }
  await deps.store.startRun({
    taskId: task.id,
    kind: "fix",
    cause: roundCause(commit),
    text: deps.redact(ciText(commit, failed)),
    subject: { kind: "issue", id: pullRequest },
    requestedBy: requester,
    place: pullRequest,
  });
  return round(commit, checks, rounds.length + 1);
}
