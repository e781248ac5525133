/**
 * Check runs on a commit. The same name and external id on the same commit is
 * the same check, however often it is put.
 */
import type { Check, GitHub } from "../domain/ports/github-port.ts";
import type { Repository } from "../domain/task.ts";
import type { Calls } from "./calls.ts";
import type { Permissions } from "./errors.ts";

const WRITE: Permissions = { checks: "write" };
/** GitHub takes 65,535; the port promises this. */
const SUMMARY_MAX = 60_000;

/**
 * @param appId whose check runs count as Orion's own
 * @param clean every text that goes out passes it
 */
export function checks(calls: Calls, appId: number, clean: (text: string) => string): Pick<GitHub, "putCheck"> {
  return {
    async putCheck(repository, check) {
      const body = {
        owner: repository.owner,
        repo: repository.name,
        name: check.name,
        external_id: check.externalId,
        status: check.status,
        ...(check.conclusion === undefined ? {} : { conclusion: check.conclusion }),
        output: { title: clean(check.title), summary: clean(check.summary).slice(0, SUMMARY_MAX) },
      };
      const known = await find(calls, appId, repository, check);
      return calls.write(repository, `put the check ${check.name}`, WRITE, async (octokit) => {
        const reply =
          known === null
            ? await octokit.rest.checks.create({ ...body, head_sha: check.headSha })
            : await octokit.rest.checks.update({ ...body, check_run_id: known });
        return reply.data.id;
      });
    },
  };
}

async function find(calls: Calls, appId: number, repository: Repository, check: Check): Promise<number | null> {
  const query = {
    owner: repository.owner,
    repo: repository.name,
    ref: check.headSha,
    check_name: check.name,
    filter: "all" as const,
    per_page: 100,
  };
  return calls.read(repository, `list the checks of ${check.headSha}`, WRITE, async (octokit) => {
    for await (const { data } of octokit.paginate.iterator(octokit.rest.checks.listForRef, query)) {
      const found = data.find(
        (run) => run.name === check.name && run.external_id === check.externalId && run.app?.id === appId,
      );
      if (found !== undefined) return found.id;
    }
    return null;
  });
}
