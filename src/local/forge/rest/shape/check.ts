/**
 * Check runs and suites as GitHub shows them.
 */
import type { CommitInfo } from "../../git/commit-object.ts";
import type { CheckRunRecord, CheckSuiteRecord } from "../../state/check-records.ts";
import { nodeId } from "../../state/node-id.ts";
import type { PullRecord, RepositoryRecord } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { isPull } from "../find.ts";
import { checkAppShape } from "./app.ts";
import { simpleCommitShape } from "./commit.ts";
import { pullMinimalShape } from "./pull.ts";
import { minimalRepositoryShape } from "./repository.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "./schemas.ts";

function pullsOf(world: World, repository: RepositoryRecord, headSha: string): readonly PullRecord[] {
  return world.state.issues
    .where((one) => one.repositoryId === repository.id && one.state === "open")
    .filter(isPull)
    .filter((one) => one.pull.headSha === headSha);
}

export function checkRunShape(world: World, repository: RepositoryRecord, run: CheckRunRecord): Schemas["check-run"] {
  const url = repositoryApiUrl(world, repository, `/check-runs/${run.id}`);
  const page = repositoryUrl(world, repository, `/runs/${run.id}`);
  return {
    id: run.id,
    node_id: nodeId("checkRun", run.id),
    name: run.name,
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: checkAppShape(world, world.state.checkSuites.get(run.suiteId)?.app),
    pull_requests: pullsOf(world, repository, run.headSha).map((pull) => pullMinimalShape(world, repository, pull)),
  };
}

/** The newest run of each name of each suite: what GitHub shows unless asked for all. */
export function latestRuns(runs: readonly CheckRunRecord[]): readonly CheckRunRecord[] {
  return [...new Map(runs.map((run) => [`${run.suiteId} ${run.name}`, run])).values()];
}

/** A suite's status and conclusion are those of its runs. */
export function suiteOutcome(
  runs: readonly CheckRunRecord[],
): Pick<Schemas["check-suite"], "status" | "conclusion"> & { readonly status: "queued" | "in_progress" | "completed" } {
  if (runs.length === 0) return { status: "queued", conclusion: null };
  if (runs.some((run) => run.status !== "completed")) return { status: "in_progress", conclusion: null };
  const order = ["failure", "timed_out", "cancelled", "action_required", "success", "neutral", "skipped"] as const;
  return {
    status: "completed",
    conclusion: order.find((one) => runs.some((run) => run.conclusion === one)) ?? "neutral",
  };
}

export function checkSuiteShape(
  world: World,
  repository: RepositoryRecord,
  suite: CheckSuiteRecord,
  head: CommitInfo,
): Schemas["check-suite"] {
  const runs = latestRuns(world.state.checkRuns.where((one) => one.suiteId === suite.id));
  const url = repositoryApiUrl(world, repository, `/check-suites/${suite.id}`);
  return {
    id: suite.id,
    node_id: nodeId("checkSuite", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteOutcome(runs),
    url,
    before: null,
    after: suite.headSha,
    pull_requests: pullsOf(world, repository, suite.headSha).map((pull) => pullMinimalShape(world, repository, pull)),
    app: checkAppShape(world, suite.app),
    repository: minimalRepositoryShape(world, repository),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: simpleCommitShape(head),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
  };
}
