/**
 * Check runs on a commit. The same name and external id on the same commit is
 * the same check, however often it is put.
 */
import type { Annotation, Check, GitHub } from "../domain/ports/github-port.ts";
import type { Repository } from "../domain/task.ts";
import type { Calls } from "./calls.ts";
import type { Permissions } from "./errors.ts";

const WRITE: Permissions = { checks: "write" };
/** GitHub takes 65,535; the port promises this. */
const SUMMARY_MAX = 60_000;
/** Annotations in one request. @source GitHub REST, "Update a check run" */
const AT_ONCE = 50;

/**
 * @param appId whose check runs count as Orion's own
 * @param clean every text that goes out passes it
 */
export function checks(
  calls: Calls,
  appId: number,
  clean: (text: string) => string,
): Pick<GitHub, "putCheck" | "endCheck"> {
  async function put(repository: Repository, check: Check, known: Known | null): Promise<number> {
    const body = {
      owner: repository.owner,
      repo: repository.name,
      name: check.name,
      external_id: check.externalId,
      status: check.status,
      ...(check.conclusion === undefined ? {} : { conclusion: check.conclusion }),
      output: { title: clean(check.title), summary: clean(check.summary).slice(0, SUMMARY_MAX) },
      ...(check.buttons === undefined ? {} : { actions: check.buttons.map((button) => ({ ...button })) }),
    };
    const annotations = (check.annotations ?? []).map((one) => annotationBody(one, clean));
    // GitHub adds annotations to those that are there, and takes a few at a time
    const first = known?.annotated === true ? [] : annotations.slice(0, AT_ONCE);
    const rest = known?.annotated === true ? [] : annotations.slice(AT_ONCE);
    const id = await calls.write(repository, `put the check ${check.name}`, WRITE, async (octokit) => {
      const output = first.length === 0 ? body.output : { ...body.output, annotations: first };
      const reply =
        known === null
          ? await octokit.rest.checks.create({ ...body, output, head_sha: check.headSha })
          : await octokit.rest.checks.update({ ...body, output, check_run_id: known.id });
      return reply.data.id;
    });
    for (let at = 0; at < rest.length; at += AT_ONCE) {
      const output = { ...body.output, annotations: rest.slice(at, at + AT_ONCE) };
      await calls.write(repository, `annotate the check ${check.name}`, WRITE, async (octokit) => {
        await octokit.rest.checks.update({ ...body, output, check_run_id: id });
      });
    }
    return id;
  }
  return {
    putCheck: async (repository, check) => put(repository, check, await find(calls, appId, repository, check)),
    endCheck: async (repository, check) => {
      const known = await find(calls, appId, repository, check);
      if (known === null || known.completed) return false;
      await put(repository, check, known);
      return true;
    },
  };
}

function annotationBody({ path, line, level, title, message }: Annotation, clean: (text: string) => string) {
  const place = { path, start_line: line, end_line: line, annotation_level: level };
  return { ...place, title: clean(title), message: clean(message) };
}

interface Known {
  readonly id: number;
  readonly annotated: boolean;
  readonly completed: boolean;
}

async function find(calls: Calls, appId: number, repository: Repository, check: Check): Promise<Known | null> {
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
      if (found !== undefined) {
        const { id, output, status } = found;
        return { id, annotated: output.annotations_count > 0, completed: status === "completed" };
      }
    }
    return null;
  });
}
