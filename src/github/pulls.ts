/**
 * Branches and pull requests as GitHub keeps them, and access for git. The
 * pushing itself is git's; nothing here merges, tags or moves a ref.
 */
import { hasCode, OrionError } from "../domain/errors.ts";
import type { GitHub, Pull } from "../domain/ports/github-port.ts";
import type { Repository } from "../domain/task.ts";
import type { Calls } from "./calls.ts";
import { httpFailure, type Permissions } from "./errors.ts";

type Pulls = Pick<
  GitHub,
  "defaultBranch" | "branchHead" | "findPull" | "pull" | "openPull" | "editPull" | "markReady" | "remote"
>;

const READ: Permissions = { pull_requests: "read" };
const WRITE: Permissions = { pull_requests: "write" };

/** What a ruleset must hold for the default branch to be out of reach (T6, third layer). */
const GUARDS = ["pull_request", "non_fast_forward", "deletion"];

/** The fields GitHub gives in a list and in a single answer alike. */
interface PullData {
  readonly number: number;
  readonly node_id: string;
  readonly state: string;
  readonly merged_at: string | null;
  readonly draft?: boolean;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly title: string;
  readonly body: string | null;
  readonly html_url: string;
  readonly user: { readonly login: string } | null;
}

/**
 * @param gitBaseUrl where repositories are cloned from, e.g. `https://github.com`
 * @param clean every text that goes out passes it
 */
export function pulls(calls: Calls, gitBaseUrl: string, clean: (text: string) => string): Pulls {
  const findPull: GitHub["findPull"] = (repository, head, base) => find(calls, repository, head, base);
  return {
    defaultBranch: (repository) => defaultBranch(calls, repository),
    branchHead: (repository, branch) => branchHead(calls, repository, branch),
    findPull,
    pull: (repository, number) =>
      calls.read(repository, `read pull request #${number}`, READ, async (octokit) =>
        toPull((await octokit.rest.pulls.get({ ...at(repository), pull_number: number })).data),
      ),
    async openPull(repository, wanted) {
      const told = { ...wanted, title: clean(wanted.title), body: clean(wanted.body) };
      try {
        return await calls.create(repository, "open the pull request", WRITE, async (octokit) =>
          toPull((await octokit.rest.pulls.create({ ...at(repository), ...told })).data),
        );
      } catch (error) {
        const there = alreadyExists(error) ? await findPull(repository, wanted.head, wanted.base) : null;
        if (there === null || there.state === "closed") throw error;
        return there;
      }
    },
    async editPull(repository, number, patch) {
      const told = {
        ...(patch.title === undefined ? {} : { title: clean(patch.title) }),
        ...(patch.body === undefined ? {} : { body: clean(patch.body) }),
      };
      await calls.write(repository, `edit pull request #${number}`, WRITE, (octokit) =>
        octokit.rest.pulls.update({ ...at(repository), pull_number: number, ...told }),
      );
    },
    markReady: (repository, pull) => markReady(calls, repository, pull),
    async remote(repository, access) {
      const token = await calls.token(repository, `${access} the code`, { contents: access });
      return { repositoryId: repository.id, url: `${gitBaseUrl}/${repository.owner}/${repository.name}.git`, token };
    },
  };
}

function at(repository: Repository): { owner: string; repo: string } {
  return { owner: repository.owner, repo: repository.name };
}

function toPull(data: PullData): Pull {
  return {
    number: data.number,
    nodeId: data.node_id,
    state: data.state === "closed" ? "closed" : "open",
    merged: data.merged_at !== null,
    draft: data.draft === true,
    headRef: data.head.ref,
    headSha: data.head.sha,
    baseRef: data.base.ref,
    title: data.title,
    body: data.body ?? "",
    url: data.html_url,
    author: data.user?.login ?? null,
  };
}

async function find(calls: Calls, repository: Repository, head: string, base: string): Promise<Pull | null> {
  const query = { ...at(repository), head: `${repository.owner}:${head}`, base, state: "all" as const, per_page: 100 };
  const all = await calls.read(repository, "list pull requests", READ, async (octokit) =>
    (await octokit.rest.pulls.list(query)).data.map(toPull),
  );
  // a server that does not know the filter answers with every pull request
  const own = all.filter((pull) => pull.headRef === head && pull.baseRef === base);
  return own.find((pull) => pull.state === "open") ?? own[0] ?? null;
}

function alreadyExists(error: unknown): boolean {
  if (!hasCode(error, "GITHUB_REFUSED")) return false;
  const failure = httpFailure(error.cause);
  return failure?.status === 422;
}

async function defaultBranch(
  calls: Calls,
  repository: Repository,
): Promise<{ name: string; sha: string; protected: boolean }> {
  return calls.read(repository, "read the default branch", { contents: "read" }, async (octokit) => {
    const { data: found } = await octokit.rest.repos.get(at(repository));
    const branch = { ...at(repository), branch: found.default_branch };
    const [{ data }, rules] = await Promise.all([
      octokit.rest.repos.getBranch(branch),
      octokit.rest.repos.getBranchRules({ ...branch, per_page: 100 }).catch(nothingWhenMissing),
    ]);
    const held = new Set<string | undefined>(rules.data.map((rule) => rule.type));
    const guarded = GUARDS.every((guard) => held.has(guard));
    return { name: data.name, sha: data.commit.sha, protected: guarded || data.protected };
  });
}

async function branchHead(calls: Calls, repository: Repository, branch: string): Promise<string | null> {
  try {
    return await calls.read(repository, `read the branch ${branch}`, { contents: "read" }, async (octokit) => {
      const { data } = await octokit.rest.repos.getBranch({ ...at(repository), branch });
      // GitHub leads from a renamed branch to its new name
      return data.name === branch ? data.commit.sha : null;
    });
  } catch (error) {
    if (hasCode(error, "GITHUB_NOT_FOUND")) return null;
    throw error;
  }
}

/** Rulesets are unknown to older servers: no rule is then no guard. */
function nothingWhenMissing(error: unknown): { data: { type?: never }[] } {
  if (httpFailure(error)?.status === 404) return { data: [] };
  throw error;
}

async function markReady(calls: Calls, repository: Repository, pull: Pull): Promise<void> {
  // GitHub asks for contents too, which its reference does not say
  const permissions: Permissions = { contents: "write", pull_requests: "write" };
  const mutation = `mutation ($id: ID!) {
    markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
  }`;
  const reply = await calls.write(repository, "mark the pull request ready", permissions, (octokit) =>
    octokit.graphql<{ markPullRequestReadyForReview: { pullRequest: { isDraft: boolean } } }>(mutation, {
      id: pull.nodeId,
    }),
  );
  if (reply.markPullRequestReadyForReview.pullRequest.isDraft) {
    throw new OrionError("GITHUB_REFUSED", `pull request #${pull.number} is still a draft; mark it ready by hand`, {
      repositoryId: repository.id,
      pullRequest: pull.number,
    });
  }
}
