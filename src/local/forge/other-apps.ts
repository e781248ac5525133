/**
 * What other Apps do at the forge, such as the one that runs a repository's
 * workflows, and what people click beside a check run: neither has a REST call
 * that our App's clients could make.
 */
import { OrionError } from "../../domain/errors.ts";
import { refsOf, resolveCommit } from "./git/read.ts";
import { tellRun } from "./rest/repository/tell-check.ts";
import { checkRunShape, latestRuns } from "./rest/shape/check.ts";
import type { AnnotationPart, CheckConclusion, CheckRunRecord, CheckSuiteRecord } from "./state/check-records.ts";
import type { AccountRecord, RepositoryRecord } from "./state/records.ts";
import { now, type World } from "./world.ts";

/** What another App says of a commit. */
export interface ReportedCheck {
  /** `github-actions` when missing */
  readonly app?: string;
  /** branch or commit */
  readonly sha: string;
  readonly name: string;
  readonly status?: "queued" | "in_progress" | "completed";
  /** of a completed run, and only of one */
  readonly conclusion?: CheckConclusion;
  readonly title?: string;
  readonly summary?: string;
  readonly text?: string;
  readonly annotations?: readonly AnnotationPart[];
  /** what its job printed */
  readonly log?: string;
}

/**
 * Makes the check run, or moves on the one that is not completed yet.
 * @returns its id
 * @throws OrionError FORGE_CHECK for what GitHub would not take
 */
export async function reportCheck(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  told: ReportedCheck,
): Promise<number> {
  const { app: slug = "github-actions", name, status = "completed", conclusion } = told;
  if (slug === world.app.slug) throw fault(`${slug} is our own App; it reports over REST`);
  if ((status === "completed") !== (conclusion !== undefined))
    throw fault("a completed check run has a conclusion, and no other has one");
  const headSha = await resolveCommit(repository.path, told.sha);
  if (headSha === null) throw fault(`${told.sha} is no commit of ${repository.owner}/${repository.name}`);
  const suite = await suiteOf(world, repository, slug, headSha);
  const known = world.state.checkRuns
    .where((one) => one.suiteId === suite.id && one.name === name && one.status !== "completed")
    .at(-1);
  const run: CheckRunRecord = world.state.checkRuns.put({
    ...{ id: known?.id ?? world.state.nextId(), repositoryId: repository.id, suiteId: suite.id, headSha, name, status },
    ...{ conclusion: conclusion ?? null, externalId: "", detailsUrl: null },
    ...{ title: told.title ?? null, summary: told.summary ?? null, text: told.text ?? null },
    annotations: told.annotations ?? [],
    ...(told.log === undefined ? {} : { log: told.log }),
    startedAt: known?.startedAt ?? now(),
    completedAt: status === "completed" ? now() : null,
  });
  if (known === undefined) await tellRun(world, repository, sender, run, "created");
  if (status === "completed") await tellRun(world, repository, sender, run, "completed");
  return run.id;
}

async function suiteOf(
  world: World,
  repository: RepositoryRecord,
  slug: string,
  headSha: string,
): Promise<CheckSuiteRecord> {
  const { checkSuites } = world.state;
  const known = checkSuites.find(
    (one) => one.repositoryId === repository.id && one.headSha === headSha && one.app?.slug === slug,
  );
  if (known !== undefined) return known;
  const heads = [...(await refsOf(repository.path, "refs/heads/"))];
  const headBranch = heads.find(([, sha]) => sha === headSha)?.[0].slice("refs/heads/".length) ?? null;
  const app = checkSuites.find((one) => one.app?.slug === slug)?.app ?? { id: world.state.nextId(), slug };
  const [id, at] = [world.state.nextId(), now()];
  return checkSuites.put({ id, app, repositoryId: repository.id, headSha, headBranch, createdAt: at, updatedAt: at });
}

/**
 * A click on a button beside one of our App's runs.
 * @throws OrionError FORGE_CHECK when the page would show no such button
 */
export function clickAction(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  click: { readonly checkRun: number; readonly identifier: string },
): void {
  const run = world.state.checkRuns.get(click.checkRun);
  if (run === undefined || run.repositoryId !== repository.id) throw fault(`there is no check run ${click.checkRun}`);
  if (run.actions?.some((one) => one.identifier === click.identifier) !== true)
    throw fault(`${run.name} offers no button ${click.identifier}`);
  const { identifier } = click;
  const parts = { check_run: checkRunShape(world, repository, run), requested_action: { identifier } };
  world.tell({ event: "check_run", action: "requested_action", repository, sender, parts });
}

/** Which runs of other Apps somebody wanted again, newest run of each name. */
export function wishesOf(
  world: World,
  repository: RepositoryRecord,
): readonly { readonly name: string; readonly headSha: string; readonly by: readonly string[] }[] {
  const runs = world.state.checkRuns.where((one) => one.repositoryId === repository.id);
  return latestRuns(runs).flatMap(({ name, headSha, rerequestedBy }) =>
    rerequestedBy === undefined ? [] : [{ name, headSha, by: rerequestedBy }],
  );
}

function fault(because: string): OrionError {
  return new OrionError("FORGE_CHECK", because);
}
