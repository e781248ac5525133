/** Merged pull requests: how they came in, and with which commits. Nothing here merges. */
import type { Merges } from "../domain/ports/merges-port.ts";
import type { Calls } from "./calls.ts";
import type { Permissions } from "./errors.ts";

const READ: Permissions = { pull_requests: "read" };

export function merges(calls: Calls): Merges {
  return {
    async mergedPull(repository, number) {
      const at = { owner: repository.owner, repo: repository.name, pull_number: number };
      return calls.read(repository, `read merged pull request #${number}`, READ, async (octokit) => {
        const { data } = await octokit.rest.pulls.get(at);
        if (data.merged_at === null || data.merge_commit_sha === null) return null;
        const commits = await octokit.paginate(octokit.rest.pulls.listCommits, { ...at, per_page: 100 });
        const { merged_by: merger } = data;
        return {
          number: data.number,
          title: data.title,
          headRef: data.head.ref,
          headSha: data.head.sha,
          baseRef: data.base.ref,
          mergeCommitSha: data.merge_commit_sha,
          mergedBy: merger === null ? null : { id: merger.id, login: merger.login },
          commits: commits.map(({ sha, parents, commit }) => ({
            sha,
            parents: parents.map((parent) => parent.sha),
            authoredAt: new Date(commit.author?.date ?? Number.NaN),
            message: commit.message.trim(),
          })),
        };
      });
    },
  };
}
