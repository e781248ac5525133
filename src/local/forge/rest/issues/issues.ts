/**
 * Issues, as people and Apps open, read, change and close them.
 */
import { hasPermission, inScope, reaches, roleOf } from "../../auth/permissions.ts";
import { GithubFault } from "../../fault.ts";
import type { AccountRecord, IssueRecord, LabelRecord } from "../../state/records.ts";
import { now } from "../../world.ts";
import { isPull, issueAt, nextNumber } from "../find.ts";
import { tellPull } from "../pulls/tell-pull.ts";
import { actorOf, needs, needsForIssue, pageOf, type RepositoryCall, type Route, repositoryRoute } from "../route.ts";
import { accountByLogin } from "../shape/account.ts";
import { issueShape, labelShape } from "../shape/issue.ts";
import { changesOf } from "./changes.ts";
import { labelIdsFor, tellLabels } from "./labels.ts";

export const issueRoutes: readonly Route[] = [
  repositoryRoute("issues/list-for-repo", needs("issues:read", "read"), (call) => {
    const { world, repository } = call;
    return pageOf(call, listed(call), (one) => issueShape(world, repository, one));
  }),
  repositoryRoute("issues/create", needs("issues:write", "read"), (call) => {
    const { world, repository } = call;
    return { status: 201, body: issueShape(world, repository, createIssue(call)) };
  }),
  repositoryRoute("issues/get", needsForIssue("read", "read"), ({ world, repository, path }) => ({
    status: 200,
    body: issueShape(world, repository, issueAt(world, repository, path.issue_number)),
  })),
  repositoryRoute("issues/update", needsForIssue("write", "read"), async (call) => {
    const { world, repository, path } = call;
    const issue = issueAt(world, repository, path.issue_number);
    requireTriageOrAuthor(call, issue);
    const updated = await updateIssue(call, issue);
    return { status: 200, body: issueShape(world, repository, updated) };
  }),
];

/** People change their own issues; others need triage. */
function requireTriageOrAuthor(call: RepositoryCall<"issues/update">, issue: IssueRecord): void {
  const { principal, repository } = call;
  if (principal.kind !== "user" || principal.account.id === issue.userId) return;
  if (!reaches(roleOf(repository, principal.account.login), "triage")) {
    throw new GithubFault(403, "Must have admin rights to Repository.");
  }
}

/** GitHub drops labels and assignees of those who may not set them, without a word. */
function maySort(call: Pick<RepositoryCall<"issues/create">, "principal" | "repository">): boolean {
  const { principal, repository } = call;
  if (principal.kind === "user") return reaches(roleOf(repository, principal.account.login), "triage");
  return inScope(principal, repository) && hasPermission(principal, "issues", "write");
}

function createIssue(call: RepositoryCall<"issues/create">): IssueRecord {
  const { world, repository, body } = call;
  const actor = actorOf(call);
  const title = String(body.title);
  if (title.trim() === "") {
    throw new GithubFault(422, "Validation Failed", [{ resource: "Issue", field: "title", code: "missing_field" }]);
  }
  const sorted = maySort(call);
  const labels = (body.labels ?? []).flatMap((one) => (typeof one === "string" ? [one] : one.name ? [one.name] : []));
  const at = now();
  const issue = world.state.issues.put({
    id: world.state.nextId(),
    repositoryId: repository.id,
    number: nextNumber(world, repository),
    title,
    body: body.body ?? null,
    state: "open",
    stateReason: null,
    userId: actor.id,
    byApp: call.principal.kind === "installation",
    labelIds: sorted ? labelIdsFor(call, labels) : [],
    assigneeIds: sorted ? assigneeIds(call, body.assignees ?? []) : [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedById: null,
    locked: false,
    pull: null,
  });
  tellIssue(call, actor, issue, "opened");
  for (const id of issue.labelIds) {
    const label = world.state.labels.get(id);
    if (label !== undefined) tellIssue(call, actor, issue, "labeled", { label: shapeLabel(call, label) });
  }
  return issue;
}

function shapeLabel(call: Pick<RepositoryCall<"issues/create">, "world" | "repository">, label: LabelRecord) {
  return labelShape(call.world, call.repository, label);
}

function loginsIn(assignees: readonly (string | { readonly login?: string })[]): readonly string[] {
  return assignees.flatMap((one) => (typeof one === "string" ? [one] : (one.login ?? [])));
}

function assigneeIds(call: Pick<RepositoryCall<"issues/create">, "world" | "repository">, logins: readonly string[]) {
  return logins.flatMap((login) => {
    const account = accountByLogin(call.world, login);
    const may = account !== undefined && reaches(roleOf(call.repository, account.login), "read");
    return may ? [account.id] : [];
  });
}

type IssueContext = Pick<RepositoryCall<"issues/create">, "world" | "repository">;

/** Tells of an issue; a pull request is told of in its own words. */
function tellIssue(
  call: IssueContext,
  sender: AccountRecord,
  issue: IssueRecord,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const { world, repository } = call;
  const parts = { issue: issueShape(world, repository, issue), ...more };
  world.tell({ event: "issues", action, repository, sender, parts });
}

async function updateIssue(call: RepositoryCall<"issues/update">, issue: IssueRecord): Promise<IssueRecord> {
  const { world, repository, body } = call;
  const actor = actorOf(call);
  const title = body?.title === undefined || body.title === null ? issue.title : String(body.title);
  const text = body?.body === undefined ? issue.body : body.body;
  const state = body?.state ?? issue.state;
  if (isPull(issue) && issue.pull.mergedAt !== null && state === "open") {
    throw new GithubFault(422, "Validation Failed", [{ resource: "PullRequest", field: "state", code: "invalid" }]);
  }
  const closes = state === "closed" && issue.state === "open";
  const reopens = state === "open" && issue.state === "closed";
  const names = body?.labels?.flatMap((one) => (typeof one === "string" ? [one] : one.name ? [one.name] : []));
  const updated = world.state.issues.put({
    ...issue,
    title,
    body: text,
    state,
    stateReason: closes ? (body?.state_reason ?? "completed") : reopens ? "reopened" : issue.stateReason,
    closedAt: closes ? now() : reopens ? null : issue.closedAt,
    closedById: closes ? actor.id : reopens ? null : issue.closedById,
    labelIds: names === undefined ? issue.labelIds : labelIdsFor(call, names),
    assigneeIds: body?.assignees === undefined ? issue.assigneeIds : assigneeIds(call, loginsIn(body.assignees)),
    updatedAt: now(),
  });
  const changes = changesOf(issue, updated);
  const actions = [
    ...(Object.keys(changes).length > 0 ? [["edited", { changes }] as const] : []),
    ...(closes ? [["closed", {}] as const] : []),
    ...(reopens ? [["reopened", {}] as const] : []),
  ];
  for (const [action, more] of actions) {
    if (isPull(updated)) await tellPull(world, repository, actor, updated, action, more);
    else tellIssue(call, actor, updated, action, more);
  }
  await tellLabels(call, actor, issue, updated);
  return updated;
}

function listed(call: RepositoryCall<"issues/list-for-repo">): readonly IssueRecord[] {
  const { world, repository, query } = call;
  const { state = "open", since, labels, creator, sort = "created", direction = "desc" } = query;
  const wanted = labels?.split(",").map((name) => name.trim().toLowerCase()) ?? [];
  const names = (issue: IssueRecord): readonly string[] =>
    issue.labelIds.flatMap((id) => world.state.labels.get(id)?.name.toLowerCase() ?? []);
  const author = creator === undefined ? undefined : accountByLogin(world, creator)?.id;
  const found = world.state.issues.where(
    (one) =>
      one.repositoryId === repository.id &&
      (state === "all" || one.state === state) &&
      (since === undefined || Date.parse(one.updatedAt) >= Date.parse(since)) &&
      (creator === undefined || one.userId === author) &&
      wanted.every((name) => names(one).includes(name)),
  );
  const key = (one: IssueRecord): string | number => (sort === "updated" ? one.updatedAt : one.number);
  const sign = direction === "asc" ? 1 : -1;
  return found.toSorted((one, other) => (key(one) < key(other) ? -sign : key(one) > key(other) ? sign : 0));
}
