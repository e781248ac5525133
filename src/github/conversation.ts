/**
 * Issues, comments, reactions and people: what Orion reads and says in a
 * conversation. Nothing here knows code or branches.
 */

import { hasCode } from "../domain/errors.ts";
import type { GitHub, Issue, Reaction, Role } from "../domain/ports/github-port.ts";
import type { Repository, Subject } from "../domain/task.ts";
import type { Calls } from "./calls.ts";
import type { Permissions } from "./errors.ts";

type Conversation = Pick<
  GitHub,
  "appSlug" | "role" | "issue" | "react" | "createComment" | "editComment" | "findComment"
>;

// a pull request's conversation is an issue to the API but asks for the permission of pull requests
const SAY: Permissions = { issues: "write", pull_requests: "write" };
const HEAR: Permissions = { issues: "read", pull_requests: "read" };

/** The account GitHub shows in place of a deleted one. */
const GHOST = { id: 10137, login: "ghost", isBot: false };

const ROLES: readonly Role[] = ["admin", "maintain", "write", "triage", "read", "none"];

/**
 * @param appId whose comments count as Orion's own
 * @param clean every text that goes out passes it
 */
export function conversation(calls: Calls, appId: number, clean: (text: string) => string): Conversation {
  const appSlug = askedOnce(() => calls.asApp("read who the App is", slugOf));
  return {
    appSlug,
    role: (repository, login) => role(calls, repository, login),
    issue: (repository, number) => issue(calls, repository, number),
    react: (repository, subject, reaction) => react(calls, repository, subject, reaction),
    async createComment(repository, number, body) {
      const at = { owner: repository.owner, repo: repository.name, issue_number: number, body: clean(body) };
      return calls.create(repository, "comment", SAY, async (octokit) => {
        return (await octokit.rest.issues.createComment(at)).data.id;
      });
    },
    async editComment(repository, comment, body) {
      const at = { owner: repository.owner, repo: repository.name, comment_id: comment, body: clean(body) };
      await calls.write(repository, "edit a comment", SAY, (octokit) => octokit.rest.issues.updateComment(at));
    },
    async findComment(repository, number, marker) {
      const own = `${await appSlug()}[bot]`;
      return findComment(calls, repository, number, (comment) => {
        const mine = comment.performed_via_github_app?.id === appId || comment.user?.login === own;
        return mine && comment.body?.includes(marker) === true;
      });
    },
  };
}

/** Asks once and keeps the answer; a failure is not kept. */
function askedOnce<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asked: Promise<Answer> | null = null;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = null;
      throw error;
    });
    return asked;
  };
}

async function react(calls: Calls, repository: Repository, subject: Subject, reaction: Reaction): Promise<void> {
  const at = { owner: repository.owner, repo: repository.name, content: reaction };
  await calls.write(repository, `react with ${reaction}`, SAY, async (octokit) => {
    const { reactions } = octokit.rest;
    if (subject.kind === "issue") await reactions.createForIssue({ ...at, issue_number: subject.id });
    else if (subject.kind === "comment") await reactions.createForIssueComment({ ...at, comment_id: subject.id });
    else await reactions.createForPullRequestReviewComment({ ...at, comment_id: subject.id });
  });
}

interface CommentData {
  readonly id: number;
  readonly body?: string;
  readonly user: { readonly login: string } | null;
  readonly performed_via_github_app?: { readonly id: number } | null;
}

async function findComment(
  calls: Calls,
  repository: Repository,
  number: number,
  isIt: (comment: CommentData) => boolean,
): Promise<number | null> {
  const at = { owner: repository.owner, repo: repository.name, issue_number: number, per_page: 100 };
  return calls.read(repository, "list comments", HEAR, async (octokit) => {
    for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listComments, at)) {
      const found = data.find((comment) => isIt(comment as CommentData));
      if (found !== undefined) return found.id;
    }
    return null;
  });
}

async function slugOf(octokit: Parameters<Parameters<Calls["asApp"]>[1]>[0]): Promise<string> {
  const { data } = await octokit.rest.apps.getAuthenticated();
  if (data === null || data.slug === undefined) throw new TypeError("GET /app named no slug");
  return data.slug;
}

async function role(calls: Calls, repository: Repository, login: string): Promise<Role> {
  const at = { owner: repository.owner, repo: repository.name, username: login };
  try {
    return await calls.read(repository, `read the role of ${login}`, { metadata: "read" }, async (octokit) => {
      const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel(at);
      // a custom role has a name of its own; `permission` is then the built-in role it starts from
      return [data.role_name, data.permission].map(asRole).find((known) => known !== null) ?? "none";
    });
  } catch (error) {
    if (hasCode(error, "GITHUB_NOT_FOUND")) return "none";
    throw error;
  }
}

function asRole(name: string): Role | null {
  return ROLES.find((known) => known === name) ?? null;
}

async function issue(calls: Calls, repository: Repository, number: number): Promise<Issue> {
  const at = { owner: repository.owner, repo: repository.name, issue_number: number };
  return calls.read(repository, `read issue #${number}`, HEAR, async (octokit) => {
    const { data } = await octokit.rest.issues.get(at);
    return {
      number: data.number,
      title: data.title,
      body: data.body ?? "",
      author:
        data.user === null ? GHOST : { id: data.user.id, login: data.user.login, isBot: data.user.type === "Bot" },
      state: data.state === "closed" ? "closed" : "open",
      labels: data.labels.flatMap((label) => (typeof label === "string" ? label : (label.name ?? []))),
      isPullRequest: data.pull_request !== undefined,
    };
  });
}
