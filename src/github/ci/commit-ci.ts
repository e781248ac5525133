/**
 * What other Apps and services say of a commit, read for the runs. Nothing here
 * is Orion's own, and nothing is changed but by asking to run a check again.
 */
import { hasCode } from "../../domain/errors.ts";
import type { CiCheck, CiState, CommitCi } from "../../domain/ports/ci-port.ts";
import type { Repository } from "../../domain/task.ts";
import type { Calls } from "../calls.ts";
import type { Permissions } from "../errors.ts";
import { tailOf } from "./log-tail.ts";

const CHECKS: Permissions = { checks: "read" };
const STATUSES: Permissions = { statuses: "read" };
const AGAIN: Permissions = { checks: "write" };
const LOGS: Permissions = { actions: "read" };
/** The App whose check runs are jobs with a log. */
const ACTIONS = "github-actions";
const MOST_ANNOTATIONS = 50;

/** @source GitHub REST, "Check runs": conclusions; `cancelled`, `stale` and `action_required` say nothing of the code */
const CONCLUSIONS: Readonly<Record<string, CiState>> = {
  ...{ success: "passed", neutral: "passed", skipped: "passed" },
  ...{ failure: "failed", timed_out: "failed", startup_failure: "failed" },
};
const UNDER_WAY = ["queued", "in_progress"];
const STATUS_STATES: Readonly<Record<string, CiState>> = {
  ...{ success: "passed", failure: "failed", error: "failed", pending: "waiting" },
};

/**
 * @param appId whose check runs are left out
 * @param baseUrl of the API: a log may lie elsewhere, but not under a weaker scheme
 */
export function commitCi(calls: Calls, appId: number, baseUrl: string): CommitCi {
  return {
    async ciOf(repository, commit) {
      const [runs, statuses] = await Promise.all([
        checksOf(calls, appId, repository, commit),
        statusesOf(calls, repository, commit),
      ]);
      return [...runs, ...statuses];
    },
    async ciWords(repository, check) {
      if (check.kind === "status")
        return { title: check.says ?? "", summary: "", text: "", annotations: [], log: null };
      const at = { ...place(repository), check_run_id: check.id };
      const { data: run } = await calls.read(repository, `read the check ${check.name}`, CHECKS, (octokit) =>
        octokit.rest.checks.get(at),
      );
      const { output } = run;
      return {
        title: output.title ?? "",
        summary: output.summary ?? "",
        text: output.text ?? "",
        annotations: output.annotations_count === 0 ? [] : await annotationsOf(calls, repository, check),
        log: check.app === ACTIONS ? await logOf(calls, repository, check, baseUrl) : null,
      };
    },
    ciAgain: (repository, check) => again(calls, repository, check),
  };
}

function place(repository: Repository): { owner: string; repo: string } {
  return { owner: repository.owner, repo: repository.name };
}

function checksOf(calls: Calls, appId: number, repository: Repository, ref: string): Promise<readonly CiCheck[]> {
  const query = { ...place(repository), ref, filter: "latest" as const, per_page: 100 };
  return calls.read(repository, `list the checks of ${ref}`, CHECKS, async (octokit) => {
    const runs = await octokit.paginate(octokit.rest.checks.listForRef, query);
    return runs
      .filter((run) => run.app?.id !== appId)
      .map(({ id, name, app, status, conclusion }) => ({
        ...{ kind: "check" as const, id, name, app: app?.slug ?? null },
        state: status === "completed" ? (CONCLUSIONS[conclusion ?? ""] ?? "other") : runningState(status),
      }));
  });
}

function runningState(status: string): CiState {
  return UNDER_WAY.includes(status) ? "running" : "waiting";
}

/** Installations that were made before this permission was asked for have no statuses to show. */
async function statusesOf(calls: Calls, repository: Repository, ref: string): Promise<readonly CiCheck[]> {
  try {
    const query = { ...place(repository), ref, per_page: 100 };
    return await calls.read(repository, `read the statuses of ${ref}`, STATUSES, async (octokit) => {
      const { data } = await octokit.rest.repos.getCombinedStatusForRef(query);
      return data.statuses.map(({ id, context, state, description }) => ({
        ...{ kind: "status" as const, id, name: context, app: null, state: STATUS_STATES[state] ?? "other" },
        ...(description ? { says: description } : {}),
      }));
    });
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

async function annotationsOf(calls: Calls, repository: Repository, check: CiCheck) {
  const query = { ...place(repository), check_run_id: check.id, per_page: MOST_ANNOTATIONS };
  const { data } = await calls.read(repository, `read what the check ${check.name} marks`, CHECKS, (octokit) =>
    octokit.rest.checks.listAnnotations(query),
  );
  return data.map(({ path, start_line: line, message }) => ({ path, line, message: message ?? "" }));
}

/** A log that is gone, or that the App may not read, is no reason to say nothing. */
async function logOf(calls: Calls, repository: Repository, check: CiCheck, baseUrl: string): Promise<string | null> {
  try {
    const route = "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs";
    const at = { ...place(repository), job_id: check.id, request: { redirect: "manual" as const } };
    const { headers } = await calls.read(repository, `find the log of ${check.name}`, LOGS, (octokit) =>
      octokit.request(route, at),
    );
    return headers.location === undefined ? null : await tailOf(headers.location, baseUrl);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

async function again(calls: Calls, repository: Repository, check: CiCheck): Promise<boolean> {
  if (check.kind === "status") return false;
  const at = { ...place(repository), check_run_id: check.id };
  try {
    await calls.write(repository, `ask for the check ${check.name} again`, AGAIN, (octokit) =>
      octokit.rest.checks.rerequestRun(at),
    );
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return (["GITHUB_FORBIDDEN", "GITHUB_NOT_FOUND", "GITHUB_REFUSED"] as const).some((code) => hasCode(error, code));
}
