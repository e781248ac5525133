/**
 * Searching: only ever one repository, named by `repo:` in the words, as Orion
 * asks. Code is what git finds in the default branch; the order is git's.
 */

import { maySee } from "../../auth/permissions.ts";
import { GithubFault } from "../../fault.ts";
import { itemAt, resolveCommit } from "../../git/read.ts";
import { tryGit } from "../../git/run.ts";
import type { RepositoryRecord } from "../../state/records.ts";
import { type Call, findRepository, type Route, route } from "../route.ts";
import { issueShape } from "../shape/issue.ts";
import { minimalRepositoryShape } from "../shape/repository.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "../shape/schemas.ts";

type CodeCall = Call<"search/code">;
type IssuesCall = Call<"search/issues-and-pull-requests">;

export const searchRoutes: readonly Route[] = [
  route("search/code", "signed-in", async (call) => {
    const { repository, words } = asked(call);
    const items = await codeItems(call, repository, words);
    const { start, size } = call.page;
    const body = { total_count: items.length, incomplete_results: false, items: items.slice(start, start + size) };
    return { status: 200, body };
  }),
  route("search/issues-and-pull-requests", "signed-in", (call) => {
    const { repository, words } = asked(call);
    const { world, page } = call;
    const wanted = words.map((word) => word.toLowerCase());
    const found = world.state.issues
      .where((one) => one.repositoryId === repository.id)
      .filter((one) => wanted.every((word) => `${one.title}\n${one.body ?? ""}`.toLowerCase().includes(word)))
      .reverse();
    const shaped = found.slice(page.start, page.start + page.size).map((one) => ({
      ...issueShape(world, repository, one),
      score: 1,
    })) as unknown as Schemas["issue-search-result-item"][];
    const counted = { total_count: found.length, incomplete_results: false };
    return { status: 200, body: { ...counted, search_type: "lexical" as const, items: shaped } };
  }),
];

/** @throws GithubFault 422 where the words name no repository that the caller may see */
function asked({ world, principal, query }: CodeCall | IssuesCall): {
  readonly repository: RepositoryRecord;
  readonly words: readonly string[];
} {
  const parts = query.q.split(/\s+/).filter((part) => part !== "");
  const [owner = "", name = ""] = (parts.find((part) => part.startsWith("repo:")) ?? "")
    .slice("repo:".length)
    .split("/");
  const repository = findRepository(world, owner, name);
  if (repository === undefined || !maySee(principal, repository))
    throw new GithubFault(422, "Validation Failed", [{ resource: "Search", field: "q", code: "invalid" }]);
  return { repository, words: parts.filter((part) => !part.includes(":")) };
}

async function codeItems(
  { world }: CodeCall,
  repository: RepositoryRecord,
  words: readonly string[],
): Promise<Schemas["code-search-result-item"][]> {
  const commit = await resolveCommit(repository.path, `refs/heads/${repository.defaultBranch}`);
  if (commit === null || words.length === 0) return [];
  const patterns = words.flatMap((word) => ["-e", word]);
  const flags = ["grep", "-z", "--files-with-matches", "--all-match", "-i", "-I", "--fixed-strings"];
  const { stdout } = await tryGit(repository.path, [...flags, ...patterns, commit]);
  const paths = stdout.split("\0").flatMap((line) => (line === "" ? [] : [line.slice(line.indexOf(":") + 1)]));
  const items: Schemas["code-search-result-item"][] = [];
  for (const path of paths) {
    const item = await itemAt(repository.path, commit, path);
    if (item === null) continue;
    items.push({
      name: path.slice(path.lastIndexOf("/") + 1),
      path,
      sha: item.sha,
      url: repositoryApiUrl(world, repository, `/contents/${path}?ref=${commit}`),
      git_url: repositoryApiUrl(world, repository, `/git/blobs/${item.sha}`),
      html_url: repositoryUrl(world, repository, `/blob/${commit}/${path}`),
      repository: minimalRepositoryShape(world, repository),
      score: 1,
    });
  }
  return items;
}
