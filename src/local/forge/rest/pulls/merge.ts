/**
 * Merging a pull request with real commits, and bringing a head up to date.
 */
import { reaches, roleOf } from "../../auth/permissions.ts";
import { GithubFault } from "../../fault.ts";
import { branchHead, log, refsOf } from "../../git/read.ts";
import { git } from "../../git/run.ts";
import { commitTree, mergeTrees, replay, updateRef } from "../../git/write.ts";
import type { AccountRecord, PullRecord, RepositoryRecord } from "../../state/records.ts";
import { pullAt } from "../find.ts";
import { actorOf, needs, type RepositoryCall, type Route, repositoryRoute } from "../route.ts";
import { emailOf } from "../shape/commit.ts";
import { repositoryApiUrl } from "../shape/schemas.ts";
import { refsChanged } from "./after-push.ts";

type Method = "merge" | "squash" | "rebase";

export const mergeRoutes: readonly Route[] = [
  repositoryRoute("pulls/merge", needs("contents:write", "write"), async (call) => {
    const { world, repository } = call;
    const sha = await world.exclusively(repository.id, () => merge(call));
    return { status: 200, body: { sha, merged: true, message: "Pull Request successfully merged" } };
  }),
  repositoryRoute("pulls/update-branch", needs("pull_requests:write", "write"), async (call) => {
    const { world, repository, path } = call;
    await world.exclusively(repository.id, () => updateBranch(call));
    const url = repositoryApiUrl(world, repository, `/pulls/${path.pull_number}`);
    return { status: 202, body: { message: "Updating pull request branch.", url } };
  }),
];

async function merge(call: RepositoryCall<"pulls/merge">): Promise<string> {
  const { world, repository, path, body } = call;
  const actor = actorOf(call);
  const issue = pullAt(world, repository, path.pull_number);
  refuseUnmergeable(call, issue);
  if (body?.sha !== undefined && body.sha !== issue.pull.headSha) {
    throw new GithubFault(409, "Head branch was modified. Review and try the merge again.");
  }
  const base = await branchHead(repository.path, issue.pull.baseRef);
  if (base === null) throw new GithubFault(405, "Base branch was deleted");
  const method: Method = body?.merge_method ?? "merge";
  const words = { title: body?.commit_title, message: body?.commit_message };
  const sha = await mergedCommit(repository, issue, base, actor, method, words);
  if (sha === null) throw new GithubFault(405, "Pull Request is not mergeable");
  const before = await refsOf(repository.path);
  if (!(await updateRef(repository.path, `refs/heads/${issue.pull.baseRef}`, sha, base))) {
    throw new GithubFault(409, "Base branch was modified. Review and try the merge again.");
  }
  await refsChanged(world, repository.id, actor, before, { pullId: issue.id, mergeCommit: sha });
  return sha;
}

function refuseUnmergeable(call: RepositoryCall<"pulls/merge">, issue: PullRecord): void {
  const { principal, repository } = call;
  if (issue.state === "closed") throw new GithubFault(405, "Pull Request is not mergeable");
  if (issue.pull.draft) throw new GithubFault(405, "Pull Request is still a draft");
  if (principal.kind === "installation" && issue.pull.baseRef === repository.defaultBranch && repository.protected) {
    throw new GithubFault(405, "Repository rule violations found\n\nThe default branch is changed by people only.");
  }
  const blocking = latestVerdicts(call, issue).some((verdict) => verdict === "CHANGES_REQUESTED");
  const isAdmin = principal.kind === "user" && reaches(roleOf(repository, principal.account.login), "admin");
  if (blocking && !isAdmin) throw new GithubFault(405, "Changes have been requested on this pull request.");
}

/** The last verdict of each reviewer who may give one. */
function latestVerdicts(call: RepositoryCall<"pulls/merge">, issue: PullRecord): readonly string[] {
  const { world, repository } = call;
  const latest = new Map<number, string>();
  for (const review of world.state.reviews.where((one) => one.issueId === issue.id)) {
    const account = world.state.accounts.get(review.userId);
    const counts = account !== undefined && reaches(roleOf(repository, account.login), "write");
    if (
      counts &&
      (review.state === "APPROVED" || review.state === "CHANGES_REQUESTED" || review.state === "DISMISSED")
    ) {
      latest.set(review.userId, review.state);
    }
  }
  return [...latest.values()];
}

/** @returns the new head of the base branch, or null when the two conflict */
async function mergedCommit(
  repository: RepositoryRecord,
  issue: PullRecord,
  base: string,
  actor: AccountRecord,
  method: Method,
  words: { readonly title: string | undefined; readonly message: string | undefined },
): Promise<string | null> {
  const dir = repository.path;
  const { headSha, headRef } = issue.pull;
  const author = { name: actor.login, email: emailOf(actor) };
  if (method === "rebase") {
    const commits = await log(dir, ["--reverse", "--no-merges", `${base}..${headSha}`]);
    return replay(dir, base, commits);
  }
  const tree = await mergeTrees(dir, base, headSha);
  if (tree === null) return null;
  if (method === "squash") {
    const subject = words.title ?? `${issue.title} (#${issue.number})`;
    const commits = words.message === undefined ? await log(dir, ["--reverse", `${base}..${headSha}`]) : [];
    const text = words.message ?? commits.map((one) => `* ${one.message}`).join("\n\n");
    return commitTree(dir, { tree, parents: [base], message: `${subject}\n\n${text}\n`, author });
  }
  const title = words.title ?? `Merge pull request #${issue.number} from ${repository.owner}/${headRef}`;
  const message = `${title}\n\n${words.message ?? issue.title}\n`;
  return commitTree(dir, { tree, parents: [base, headSha], message, author });
}

async function updateBranch(call: RepositoryCall<"pulls/update-branch">): Promise<void> {
  const { world, repository, path, body } = call;
  const dir = repository.path;
  const actor = actorOf(call);
  const { pull } = pullAt(world, repository, path.pull_number);
  if (body?.expected_head_sha !== undefined && body.expected_head_sha !== pull.headSha) {
    throw new GithubFault(422, "expected head sha didn’t match current head ref.");
  }
  const base = (await git(dir, ["rev-parse", `refs/heads/${pull.baseRef}`])).trim();
  const tree = await mergeTrees(dir, pull.headSha, base);
  if (tree === null) throw new GithubFault(422, "merge conflict between base and head");
  const message = `Merge branch '${pull.baseRef}' into ${pull.headRef}\n`;
  const author = { name: actor.login, email: emailOf(actor) };
  const sha = await commitTree(dir, { tree, parents: [pull.headSha, base], message, author });
  const before = await refsOf(dir);
  if (!(await updateRef(dir, `refs/heads/${pull.headRef}`, sha, pull.headSha))) {
    throw new GithubFault(422, "Head branch was modified. Review and try again.");
  }
  await refsChanged(world, repository.id, actor, before);
}
