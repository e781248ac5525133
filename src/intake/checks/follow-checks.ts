/**
 * Webhooks about checks: another App's that ended, and a person's wish to see
 * one of Orion's again. Neither is a request in words; nobody is answered.
 */
import { z } from "zod";
import type { Delivery } from "../../domain/ports/store-port.ts";
import type { Repository } from "../../domain/task.ts";
import { judgePermission } from "../../policy/permission.ts";
import type { CheckPlace, IntakeDeps } from "../effects.ts";

const sender = z.object({ id: z.number(), login: z.string(), type: z.string() });
const app = z.object({ slug: z.string().nullish() }).nullish();
const pulls = z
  .array(z.object({ number: z.number() }))
  .nullish()
  .transform((all) => (all ?? []).map(({ number }) => number));
const suite = z.object({
  head_sha: z.string(),
  head_branch: z.string().nullish(),
  app,
  pull_requests: pulls,
});
const suiteEvent = z.object({ action: z.string(), check_suite: suite, sender });
const runEvent = z.object({
  action: z.string(),
  check_run: z.object({
    name: z.string(),
    head_sha: z.string(),
    external_id: z.string().nullish(),
    app,
    pull_requests: pulls,
    check_suite: z.object({ head_branch: z.string().nullish(), status: z.string().nullish() }).nullish(),
  }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
  sender,
});
const statusEvent = z.object({
  sha: z.string(),
  state: z.string(),
  branches: z.array(z.object({ name: z.string() })).nullish(),
});

/** The one button that Orion puts beside a check. */
const BUTTON = "verify-again";
/** `migrations:<pull request>:<commit>` */
const MIGRATIONS = /^migrations:(\d+):/;

/**
 * @param slug the App's
 * @returns one line for the delivery's record; null when the event is about nothing of this
 */
export async function followChecks(
  deps: IntakeDeps,
  delivery: Delivery,
  repository: Repository,
  slug: string,
): Promise<string | null> {
  switch (delivery.event) {
    case "status": {
      const { sha, state, branches } = statusEvent.parse(delivery.payload);
      if (state === "pending") return null;
      const names = (branches ?? []).map(({ name }) => name);
      return deps.checks.ended({ repository, commit: sha, branches: names, pullRequests: [] });
    }
    case "check_suite":
      return followSuite(deps, delivery, repository, slug);
    case "check_run":
      return followRun(deps, delivery, repository, slug);
    default:
      return null;
  }
}

async function followSuite(
  deps: IntakeDeps,
  delivery: Delivery,
  repository: Repository,
  slug: string,
): Promise<string | null> {
  const { action, check_suite: suite, sender } = suiteEvent.parse(delivery.payload);
  const place = placeOf(repository, suite.head_sha, suite.head_branch, suite.pull_requests);
  const own = suite.app?.slug === slug;
  // what Orion's own checks say follows from its runs: answering them would go round in circles
  if (action === "completed" && !own) return deps.checks.ended(place);
  if (action !== "rerequested" || !own) return null;
  const person = await permitted(deps, repository, sender);
  if (person === null) return "ignored: who may not write asks for checks again";
  const lines = [await deps.checks.again({ place, repository, person, externalId: null, guid: delivery.guid })];
  const task = await taskOf(deps, place);
  for (const pullRequest of task === null ? suite.pull_requests : [task]) {
    if (task !== null) lines.push(await deps.scope.judge({ repository, pullRequest }));
    await deps.migrations.request(repository, pullRequest);
    lines.push("its migrations are checked");
  }
  return lines.join("; ");
}

async function followRun(
  deps: IntakeDeps,
  delivery: Delivery,
  repository: Repository,
  slug: string,
): Promise<string | null> {
  const { action, check_run: run, requested_action: click, sender } = runEvent.parse(delivery.payload);
  const place = placeOf(repository, run.head_sha, run.check_suite?.head_branch, run.pull_requests);
  const own = run.app?.slug === slug;
  if (action === "completed" && !own) {
    // more of its suite is to come, and the suite says so when it is through
    const status = run.check_suite?.status;
    return status && status !== "completed" ? null : deps.checks.ended(place);
  }
  const wanted = action === "rerequested" || (action === "requested_action" && click?.identifier === BUTTON);
  if (!wanted || !own) return null;
  const person = await permitted(deps, repository, sender);
  if (person === null) return "ignored: who may not write asks for a check again";
  return again(deps, { name: run.name, externalId: run.external_id ?? "", place, person, guid: delivery.guid });
}

async function again(
  deps: IntakeDeps,
  wish: Omit<Parameters<IntakeDeps["checks"]["again"]>[0], "repository" | "externalId"> & {
    readonly name: string;
    readonly externalId: string;
  },
): Promise<string> {
  const { name, place, externalId, person, guid } = wish;
  const { repository } = place;
  if (name === "orion/red-green") return deps.checks.again({ place, repository, person, externalId, guid });
  if (name === "orion/scope") {
    const pullRequest = (await taskOf(deps, place)) ?? place.pullRequests[0];
    return pullRequest === undefined ? "scope: of no pull request" : deps.scope.judge({ repository, pullRequest });
  }
  const number = name === "orion/migrations" ? MIGRATIONS.exec(externalId)?.[1] : undefined;
  if (number === undefined) return `ignored: ${name} is no check of mine`;
  await deps.migrations.request(repository, Number(number));
  return "its migrations are checked";
}

function placeOf(
  repository: Repository,
  commit: string,
  branch: string | null | undefined,
  pullRequests: readonly number[],
): CheckPlace {
  return { repository, commit, branches: branch ? [branch] : [], pullRequests };
}

/** @returns the number of Orion's own pull request there; null when there is none */
async function taskOf(deps: IntakeDeps, { repository, pullRequests, branches }: CheckPlace): Promise<number | null> {
  for (const number of pullRequests)
    if ((await deps.store.taskByPullRequest(repository.id, number)) !== null) return number;
  for (const branch of branches) {
    const task = await deps.store.taskByBranch(repository.id, branch);
    if (task?.pullRequest) return task.pullRequest;
  }
  return null;
}

/** A click counts as `retry` does: asked live, and never by a bot. */
async function permitted(deps: IntakeDeps, repository: Repository, who: z.infer<typeof sender>) {
  if (who.type !== "User" || who.login.endsWith("[bot]")) return null;
  const role = await deps.github.role(repository, who.login);
  const verdict = judgePermission({ verb: "retry", actor: role, textAuthor: role });
  return verdict.kind === "allow" ? { id: who.id, login: who.login } : null;
}
