/**
 * Labels: those of a repository, and those on an issue or pull request.
 */
import { GithubFault, notFound } from "../../fault.ts";
import type { AccountRecord, IssueRecord, LabelRecord, RepositoryRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { isPull, issueAt, labelNamed } from "../find.ts";
import { tellPull } from "../pulls/tell-pull.ts";
import { actorOf, needs, needsForIssue, pageOf, type Route, repositoryRoute } from "../route.ts";
import { issueShape, labelShape, labelsOf } from "../shape/issue.ts";

interface Place {
  readonly world: World;
  readonly repository: RepositoryRecord;
}

const DEFAULT_COLOR = "ededed";
const WRITE = needsForIssue("write", "triage");

export const labelRoutes: readonly Route[] = [
  repositoryRoute("issues/list-labels-for-repo", needs("issues:read", "read"), (call) => {
    const { world, repository } = call;
    const all = world.state.labels.where((one) => one.repositoryId === repository.id);
    return pageOf(call, all, (one) => labelShape(world, repository, one));
  }),
  repositoryRoute("issues/create-label", needs("issues:write", "write"), ({ world, repository, body }) => {
    if (labelNamed(world, repository, body.name) !== undefined) {
      throw new GithubFault(422, "Validation Failed", [{ resource: "Label", field: "name", code: "already_exists" }]);
    }
    const label = makeLabel({ world, repository }, body.name, body.color, body.description ?? null);
    return { status: 201, body: labelShape(world, repository, label) };
  }),
  repositoryRoute("issues/get-label", needs("issues:read", "read"), ({ world, repository, path }) => {
    const label = labelNamed(world, repository, path.name);
    if (label === undefined) throw notFound();
    return { status: 200, body: labelShape(world, repository, label) };
  }),
  repositoryRoute("issues/list-labels-on-issue", needsForIssue("read", "read"), (call) => {
    const { world, repository, path } = call;
    return pageOf(call, labelsOf(world, repository, issueAt(world, repository, path.issue_number)), (one) => one);
  }),
  repositoryRoute("issues/add-labels", WRITE, async (call) => {
    const issue = issueAt(call.world, call.repository, call.path.issue_number);
    const added = labelIdsFor(call, namesIn(call.body));
    const updated = await changeLabels(call, actorOf(call), issue, [...new Set([...issue.labelIds, ...added])]);
    return { status: 200, body: labelsOf(call.world, call.repository, updated) };
  }),
  repositoryRoute("issues/set-labels", WRITE, async (call) => {
    const issue = issueAt(call.world, call.repository, call.path.issue_number);
    const updated = await changeLabels(call, actorOf(call), issue, labelIdsFor(call, namesIn(call.body)));
    return { status: 200, body: labelsOf(call.world, call.repository, updated) };
  }),
  repositoryRoute("issues/remove-label", WRITE, async (call) => {
    const issue = issueAt(call.world, call.repository, call.path.issue_number);
    const label = labelNamed(call.world, call.repository, call.path.name);
    if (label === undefined || !issue.labelIds.includes(label.id)) throw new GithubFault(404, "Label does not exist");
    const kept = issue.labelIds.filter((id) => id !== label.id);
    const updated = await changeLabels(call, actorOf(call), issue, kept);
    return { status: 200, body: labelsOf(call.world, call.repository, updated) };
  }),
];

/** GitHub takes `{labels: […]}` or the bare list, of names or of objects with names. */
function namesIn(body: unknown): readonly string[] {
  const list: unknown = typeof body === "object" && body !== null && "labels" in body ? body.labels : body;
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    if (typeof one === "string") return [one];
    const named = typeof one === "object" && one !== null && "name" in one ? one.name : null;
    return typeof named === "string" ? [named] : [];
  });
}

function makeLabel(place: Place, name: string, color?: string, description: string | null = null): LabelRecord {
  const { world, repository } = place;
  const id = world.state.nextId();
  return world.state.labels.put({ id, repositoryId: repository.id, name, color: color ?? DEFAULT_COLOR, description });
}

/** The labels of these names; those that are not there are made, as GitHub does. */
export function labelIdsFor(place: Place, names: readonly string[]): readonly number[] {
  const ids = names.map((name) => (labelNamed(place.world, place.repository, name) ?? makeLabel(place, name)).id);
  return [...new Set(ids)];
}

async function changeLabels(
  place: Place,
  sender: AccountRecord,
  issue: IssueRecord,
  labelIds: readonly number[],
): Promise<IssueRecord> {
  const updated = place.world.state.issues.put({ ...issue, labelIds, updatedAt: now() });
  await tellLabels(place, sender, issue, updated);
  return updated;
}

/** One `labeled` or `unlabeled` for each label that came or went. */
export async function tellLabels(
  place: Place,
  sender: AccountRecord,
  before: IssueRecord,
  after: IssueRecord,
): Promise<void> {
  const { world, repository } = place;
  const came = after.labelIds.filter((id) => !before.labelIds.includes(id)).map((id) => ["labeled", id] as const);
  const went = before.labelIds.filter((id) => !after.labelIds.includes(id)).map((id) => ["unlabeled", id] as const);
  for (const [action, id] of [...came, ...went]) {
    const label = world.state.labels.get(id);
    if (label === undefined) continue;
    const more = { label: labelShape(world, repository, label) };
    if (isPull(after)) await tellPull(world, repository, sender, after, action, more);
    else {
      const parts = { issue: issueShape(world, repository, after), ...more };
      world.tell({ event: "issues", action, repository, sender, parts });
    }
  }
}
