/**
 * `approve`: a yes to exactly the plan that was last shown. A plan made again
 * meanwhile needs another yes; so does one that was shown after the yes was written.
 */
import type { Run, RunStatus } from "../../../domain/task.ts";
import { reachesRole } from "../../../policy/permission.ts";
import { type IntakeDeps, react, say } from "../../effects.ts";
import { type Permitted, reply, workOf } from "../permitted.ts";
import * as words from "./words.ts";

const LIVING: readonly RunStatus[] = ["queued", "running", "waiting"];
const TYPED_HASH = /^[0-9a-f]{7,64}$/i;

export async function approve(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task, request } = permitted;
  const runs = task === null ? [] : workOf(await deps.store.runsOf(task.id));
  const living = runs.findLast(({ status, stage }) => LIVING.includes(status) && stage === "plan");
  const run = living ?? runs.findLast(({ planShown }) => planShown !== null);
  if (run === undefined) return reply(deps, permitted, words.NO_PLAN, "confused");
  const typed = request.text.split(/[\s,`]+/).find((word) => TYPED_HASH.test(word)) ?? null;
  return approveRun(deps, permitted, run, typed);
}

/** @param typed the beginning of the hash the person meant, when they wrote one */
export async function approveRun(
  deps: IntakeDeps,
  permitted: Permitted,
  run: Run,
  typed: string | null,
): Promise<string> {
  const { scope, repository, request } = permitted;
  const { hash, comment } = run.planShown ?? { hash: null, comment: null };
  if (!LIVING.includes(run.status)) return reply(deps, permitted, words.NO_LONGER, "confused");
  if (hash === null) return reply(deps, permitted, words.PLANNING, "confused");
  const [needs, role] = await Promise.all([
    deps.approver(repository, run),
    deps.github.role(repository, request.author.login),
  ]);
  if (!reachesRole(role, needs)) {
    await say(
      deps,
      { scope, key: "reply" },
      repository,
      request.issueNumber,
      words.mayNotApprove(request.author.login, needs, role),
    );
    await react(deps, { scope, key: "end" }, repository, request.subject, "-1");
    return `refused: approving needs ${needs}`;
  }
  // GitHub counts the comments of conversations up: who wrote before the plan stood there has not seen it
  const { kind, id } = request.subject;
  const unseen = kind === "comment" ? comment !== null && id < comment : typed === null;
  const meant = typed === null || hash.startsWith(typed.toLowerCase());
  const outcome = unseen || !meant ? "outdated" : await deps.store.approvePlan(run.id, hash, request.author);
  if (outcome === "outdated") return reply(deps, permitted, words.OUTDATED, "confused");
  await react(deps, { scope, key: "end" }, repository, request.subject, "rocket");
  return `approved plan ${hash.slice(0, 10)} of run ${run.ordinal}`;
}
