/**
 * Check runs: made and updated by the App, read by everybody, run again on a
 * person's wish.
 */
import { GithubFault, notFound } from "../../fault.ts";
import { commitInfo, refsOf, resolveCommit } from "../../git/read.ts";
import type { CheckRunRecord, CheckSuiteRecord } from "../../state/check-records.ts";
import type { RepositoryRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { ownedBy } from "../find.ts";
import { actorOf, needs, pageOf, type RepositoryCall, type Route, repositoryRoute } from "../route.ts";
import { checkRunShape, checkSuiteShape, latestRuns } from "../shape/check.ts";
import { repositoryUrl } from "../shape/schemas.ts";
import { tellRun, tellSuite, wishAgain } from "./tell-check.ts";

const READ = needs("checks:read", "read");
const WRITE = needs("checks:write", "admin");

export const checkRoutes: readonly Route[] = [
  repositoryRoute("checks/create", WRITE, async (call) => {
    requireApp(call);
    return { status: 201, body: checkRunShape(call.world, call.repository, await createRun(call)) };
  }),
  repositoryRoute("checks/get", READ, ({ world, repository, path }) => ({
    status: 200,
    body: checkRunShape(world, repository, runAt(world, repository, path.check_run_id)),
  })),
  repositoryRoute("checks/update", WRITE, async (call) => {
    requireApp(call);
    return { status: 200, body: checkRunShape(call.world, call.repository, await updateRun(call)) };
  }),
  repositoryRoute("checks/list-annotations", READ, (call) => {
    const { world, repository, path } = call;
    const run = runAt(world, repository, path.check_run_id);
    return pageOf(call, run.annotations, (one) => ({
      path: one.path,
      blob_href: repositoryUrl(world, repository, `/blob/${run.headSha}/${one.path}`),
      start_line: one.start_line,
      end_line: one.end_line,
      start_column: one.start_column ?? null,
      end_column: one.end_column ?? null,
      annotation_level: one.annotation_level,
      title: one.title ?? null,
      message: one.message,
      raw_details: one.raw_details ?? null,
    }));
  }),
  repositoryRoute("checks/rerequest-run", needs("checks:write", "write"), (call) => {
    const { world, repository, path } = call;
    wishAgain(world, repository, actorOf(call), [runAt(world, repository, path.check_run_id)]);
    return { status: 201, body: {} };
  }),
  repositoryRoute("checks/rerequest-suite", needs("checks:write", "write"), async (call) => {
    const { world, repository, path } = call;
    const suite = ownedBy(repository, world.state.checkSuites.get(path.check_suite_id));
    if (suite.app === undefined) await tellSuite(world, repository, actorOf(call), suite, "rerequested");
    else {
      const runs = world.state.checkRuns.where((one) => one.suiteId === suite.id);
      wishAgain(world, repository, actorOf(call), latestRuns(runs));
    }
    return { status: 201, body: {} };
  }),
  repositoryRoute("actions/download-job-logs-for-workflow-run", needs("actions:read", "read"), (call) => {
    const { world, repository, path } = call;
    const { id, log } = runAt(world, repository, path.job_id);
    if (log === undefined) throw notFound();
    return { status: 302, body: null, headers: { location: `${world.url()}/job-logs/${id}` } } as never;
  }),
  repositoryRoute("checks/list-for-ref", READ, async (call) => {
    const { world, repository, path, query } = call;
    const sha = await shaAt(repository, path.ref);
    const all = world.state.checkRuns
      .where((one) => one.repositoryId === repository.id && one.headSha === sha)
      .filter((one) => query.check_name === undefined || one.name === query.check_name)
      .filter((one) => query.status === undefined || one.status === query.status)
      .filter((one) => query.app_id === undefined || query.app_id === appIdOf(world, one));
    return runsPage(call, query.filter === "all" ? all : latestRuns(all));
  }),
  repositoryRoute("checks/list-for-suite", READ, (call) => {
    const { world, repository, path, query } = call;
    const suite = ownedBy(repository, world.state.checkSuites.get(path.check_suite_id));
    const all = world.state.checkRuns
      .where((one) => one.suiteId === suite.id)
      .filter((one) => query.check_name === undefined || one.name === query.check_name);
    return runsPage(call, query.filter === "all" ? all : latestRuns(all));
  }),
  repositoryRoute("checks/list-suites-for-ref", READ, async (call) => {
    const { world, repository, path } = call;
    const sha = await shaAt(repository, path.ref);
    const head = await commitInfo(repository.path, sha);
    if (head === null) throw notFound();
    const suites = world.state.checkSuites.where((one) => one.repositoryId === repository.id && one.headSha === sha);
    const page = pageOf(call, suites, (one) => checkSuiteShape(world, repository, one, head));
    return { ...page, body: { total_count: suites.length, check_suites: page.body } };
  }),
];

function requireApp(call: Pick<RepositoryCall<"checks/create">, "principal">): void {
  if (call.principal.kind !== "installation") {
    throw new GithubFault(403, "You must authenticate via a GitHub App.");
  }
}

function appIdOf(world: World, run: CheckRunRecord): number {
  return world.state.checkSuites.get(run.suiteId)?.app?.id ?? world.app.id;
}

function runAt(world: World, repository: RepositoryRecord, id: number | bigint): CheckRunRecord {
  return ownedBy(repository, world.state.checkRuns.get(Number(id)));
}

async function shaAt(repository: RepositoryRecord, ref: string): Promise<string> {
  const name = ref.replace(/^(refs\/)?heads\//, "");
  const sha =
    (await resolveCommit(repository.path, `refs/heads/${name}`)) ?? (await resolveCommit(repository.path, ref));
  if (sha === null) throw new GithubFault(422, `No commit found for SHA: ${ref}`);
  return sha;
}

function runsPage(
  call: Pick<RepositoryCall<"checks/list-for-ref">, "world" | "repository" | "page">,
  runs: readonly CheckRunRecord[],
) {
  const page = pageOf(call, runs, (one) => checkRunShape(call.world, call.repository, one));
  return { ...page, body: { total_count: runs.length, check_runs: page.body } };
}

async function suiteFor(call: RepositoryCall<"checks/create">, headSha: string): Promise<CheckSuiteRecord> {
  const { world, repository } = call;
  const known = world.state.checkSuites.find(
    (one) => one.repositoryId === repository.id && one.headSha === headSha && one.app === undefined,
  );
  if (known !== undefined) return known;
  const heads = [...(await refsOf(repository.path, "refs/heads/"))];
  const branch = heads.find(([, sha]) => sha === headSha)?.[0].slice("refs/heads/".length) ?? null;
  const [id, at] = [world.state.nextId(), now()];
  const suite = { id, repositoryId: repository.id, headSha, headBranch: branch, createdAt: at, updatedAt: at };
  return world.state.checkSuites.put(suite);
}

async function createRun(call: RepositoryCall<"checks/create">): Promise<CheckRunRecord> {
  const { world, repository, body } = call;
  const headSha = await shaAt(repository, body.head_sha);
  const suite = await suiteFor(call, headSha);
  const completed = body.conclusion !== undefined || body.status === "completed";
  const run = world.state.checkRuns.put({
    id: world.state.nextId(),
    repositoryId: repository.id,
    suiteId: suite.id,
    headSha,
    name: body.name,
    status: completed ? "completed" : (body.status ?? "queued"),
    conclusion: completed ? conclusionOf(body.conclusion) : null,
    externalId: body.external_id ?? "",
    detailsUrl: body.details_url ?? null,
    title: body.output?.title ?? null,
    summary: body.output?.summary ?? null,
    text: body.output?.text ?? null,
    annotations: body.output?.annotations ?? [],
    actions: body.actions ?? [],
    startedAt: body.started_at ?? now(),
    completedAt: completed ? (body.completed_at ?? now()) : null,
  });
  await tellRun(world, repository, actorOf(call), run, "created");
  if (completed) await tellRun(world, repository, actorOf(call), run, "completed");
  return run;
}

function conclusionOf(given: string | undefined): NonNullable<CheckRunRecord["conclusion"]> {
  if (given === undefined || given === "stale") {
    throw new GithubFault(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied for a completed check run.');
  }
  return given as NonNullable<CheckRunRecord["conclusion"]>;
}

async function updateRun(call: RepositoryCall<"checks/update">): Promise<CheckRunRecord> {
  const { world, repository, path, body } = call;
  const run = runAt(world, repository, path.check_run_id);
  if (appIdOf(world, run) !== world.app.id) throw new GithubFault(403, "Invalid app_id `check_run` belongs to.");
  const conclusion = body.conclusion === undefined ? run.conclusion : conclusionOf(body.conclusion);
  const status = body.conclusion === undefined ? (body.status ?? run.status) : "completed";
  const completed = status === "completed";
  const updated = world.state.checkRuns.put({
    ...run,
    name: body.name ?? run.name,
    status,
    conclusion: completed ? conclusionOf(conclusion ?? undefined) : null,
    externalId: body.external_id ?? run.externalId,
    detailsUrl: body.details_url ?? run.detailsUrl,
    title: body.output?.title ?? run.title,
    summary: body.output?.summary ?? run.summary,
    text: body.output?.text ?? run.text,
    annotations: [...run.annotations, ...(body.output?.annotations ?? [])],
    actions: body.actions ?? run.actions ?? [],
    startedAt: body.started_at ?? run.startedAt,
    completedAt: completed ? (body.completed_at ?? run.completedAt ?? now()) : null,
  });
  if (completed && run.status !== "completed") {
    await tellRun(world, repository, actorOf(call), updated, "completed");
  }
  return updated;
}
