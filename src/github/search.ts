/** Searching one repository for a question. It reads nothing of any other. */
import type { GitHub } from "../domain/ports/github-port.ts";
import type { Calls } from "./calls.ts";

const MOST = 10;

export function search(calls: Calls): Pick<GitHub, "search"> {
  return {
    search: async (repository, kind, words) => {
      // words that would search elsewhere lose what makes them a qualifier
      const plain = words.replace(/\b(repo|org|user|owner):/gi, "$1 ");
      const q = `${plain} repo:${repository.owner}/${repository.name}`;
      if (kind === "code") {
        return calls.read(repository, "search the code", { contents: "read" }, async (octokit) => {
          const { data } = await octokit.rest.search.code({ q, per_page: MOST });
          return data.items.map((item) => item.path);
        });
      }
      return calls.read(repository, "search the issues", { issues: "read", pull_requests: "read" }, async (octokit) => {
        const { data } = await octokit.rest.search.issuesAndPullRequests({ q, per_page: MOST });
        return data.items.map((item) => `#${item.number} ${item.title} (${item.state})`);
      });
    },
  };
}
