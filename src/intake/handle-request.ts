/**
 * A parsed request: may they, acknowledge, then hand it to the verb. Nobody
 * without the role leaves more behind than a reaction and one line.
 */
import { createHash } from "node:crypto";
import { hasCode } from "../domain/errors.ts";
import type { Repository, Task } from "../domain/task.ts";
import { judgePermission, type PermissionVerdict } from "../policy/permission.ts";
import { type IntakeDeps, react, sayFirst } from "./effects.ts";
import { LEFT_ALONE, takeTurn, tellOfStorm } from "./limits/storms.ts";
import type { Request } from "./request.ts";
import { answer } from "./verbs/answer.ts";

/** @returns one line for the delivery's record */
export async function handleRequest(
  deps: IntakeDeps,
  guid: string,
  repository: Repository,
  request: Request,
): Promise<string> {
  const task = await taskOf(deps, repository, request);
  if (request.review !== null && task === null) return "nothing asked: the review is not on a pull request of Orion's";
  if (request.edited && request.subject.kind === "issue" && task !== null) {
    return "nothing asked: the issue is a task already";
  }
  const turn = await takeTurn(deps, guid, repository, request);
  if (turn.waitMs > 0 && !turn.tell) return LEFT_ALONE;
  const verdict = await permission(deps, repository, request);
  const scope = `delivery:${guid}`;
  if (turn.waitMs > 0)
    return verdict.kind === "allow" ? tellOfStorm(deps, scope, repository, request, turn) : LEFT_ALONE;
  if (verdict.kind !== "allow" && verdict.kind !== "adopt") return refuse(deps, scope, repository, request, verdict);
  try {
    await react(deps, { scope, key: "eyes" }, repository, request.subject, "eyes");
  } catch (error) {
    if (!hasCode(error, "GITHUB_NOT_FOUND")) throw error;
    return "withdrawn: what asked is gone";
  }
  return answer(deps, { scope, repository, request, task, adopts: verdict.kind === "adopt" });
}

async function taskOf(deps: IntakeDeps, repository: Repository, request: Request): Promise<Task | null> {
  return request.onPullRequest
    ? deps.store.taskByPullRequest(repository.id, request.issueNumber)
    : deps.store.taskByIssue(repository.id, request.issueNumber);
}

async function permission(deps: IntakeDeps, repository: Repository, request: Request): Promise<PermissionVerdict> {
  const same = request.textAuthor.id === request.author.id;
  const actorRole = deps.github.role(repository, request.author.login);
  const [actor, textAuthor] = await Promise.all([
    actorRole,
    same ? actorRole : deps.github.role(repository, request.textAuthor.login),
  ]);
  const verb = request.verb === "work" ? "go" : request.verb === "unknown" ? "help" : request.verb;
  return judgePermission({ verb, actor, textAuthor });
}

async function refuse(
  deps: IntakeDeps,
  scope: string,
  repository: Repository,
  request: Request,
  verdict: Extract<PermissionVerdict, { because: string }>,
): Promise<string> {
  await react(deps, { scope, key: "refuse" }, repository, request.subject, "-1");
  // strangers open issues and reviews without a thought of Orion's; who may and is not followed has to know why
  if (request.subject.kind !== "issue" || verdict.kind === "refuse-text") {
    // one line a person and conversation: a storm of commands must not become a storm of answers
    const step = { scope: `refusal:${repository.id}:${request.issueNumber}`, key: reasonKey(request, verdict) };
    const words = `@${request.author.login} ${verdict.because}`;
    await sayFirst(deps, scope, step, repository, request.issueNumber, words);
  }
  return `refused: ${verdict.because}`;
}

function reasonKey(request: Request, verdict: PermissionVerdict): string {
  return createHash("sha256").update(`${request.author.id} ${verdict.kind}`).digest("hex").slice(0, 16);
}
