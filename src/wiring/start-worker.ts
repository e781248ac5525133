/**
 * The part of a process that does the work: takes deliveries and runs from the
 * queue and hands them to intake and to the runs.
 */
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { DEFAULT_LIMITS } from "../agents/agent-task.ts";
import { greenRole, planRole, redRole, resolveRole, reviewRole } from "../agents/roles.ts";
import type { Config } from "../config.ts";
import { describeError, hasCode } from "../domain/errors.ts";
import type { Git } from "../domain/ports/git-port.ts";
import type { SandboxHome } from "../domain/ports/sandbox-port.ts";
import type { Queue, Store } from "../domain/ports/store-port.ts";
import type { Toolbox } from "../domain/ports/toolbox-port.ts";
import type { Person, Repository } from "../domain/task.ts";
import { type EvolutionDeps, followDeploy } from "../evolution/follow-deploy.ts";
import type { Life } from "../evolution/incarnation.ts";
import { deploymentTold, type MergeDeps, pullClosed } from "../evolution/merged.ts";
import { openGit } from "../git/open-git.ts";
import type { GitHubApp } from "../github/github-app.ts";
import { handleDelivery, type IntakeDeps } from "../intake/handle-delivery.ts";
import type { LiveRedactor } from "../policy/redaction.ts";
import { leastApprover } from "../runs/approval/approver.ts";
import { askAgain } from "../runs/checks/again.ts";
import { sweepChecks } from "../runs/checks/sweep-checks.ts";
import { ciEnded } from "../runs/ci/follow-ci.ts";
import { conductRun } from "../runs/conduct-run.ts";
import { recall } from "../runs/memory/recall.ts";
import { checkPull, checkRunId, migrationChecks } from "../runs/migrations/check-pull.ts";
import { bring } from "../runs/mirror/bring.ts";
import { notify } from "../runs/notify.ts";
import { branchMoved } from "../runs/rebase/branch-moved.ts";
import { openRevert } from "../runs/revert/open-revert.ts";
import type { RunDeps } from "../runs/run-context.ts";
import { approveScope, judgePull, withdrawScope } from "../runs/scope/follow-pull.ts";
import { refreshSticky } from "../runs/words/sticky-facts.ts";
import { runPath } from "../web/run-page.ts";
import { workersRounds } from "./doctor/workers-rounds.ts";
import { openDeployHost } from "./open-evolution.ts";
import { openHolds } from "./open-holds.ts";
import { openHome } from "./open-home.ts";
import { isScripted, openModel, openModels } from "./open-model.ts";
import { openProof } from "./open-proof.ts";
import { watchWebhooks } from "./service/missed-webhooks.ts";
import type { Surroundings } from "./surroundings.ts";

/** A model call or a command that does not end in this time is left to whoever resumes the run. */
const STOP_MS = 10_000;
const NOTIFY_MS = 120_000;
const SWEEP_MS = 10 * 60_000;
/** Work that failed can be retried for a month. */
const COMMITS_KEPT_MS = 30 * 86_400_000;

export interface WorkerParts {
  readonly app: GitHubApp;
  readonly redactor: LiveRedactor;
  readonly onLine: (line: string) => void;
  readonly store: Store;
  readonly queue: Queue;
  /** the addresses of run pages are derived from it */
  readonly webhookSecret: string;
  readonly toolbox: Toolbox;
  readonly life: Life;
}

export interface Worker {
  readonly home: SandboxHome;
  stop(): Promise<void>;
}

export async function startWorker(config: Config, env: Surroundings["env"], parts: WorkerParts): Promise<Worker> {
  const { store, queue, app, redactor, onLine } = parts;
  const dataDir = resolve(config.ORION_DATA_DIR);
  const scripted = isScripted(config);
  const paused = config.ORION_PAUSED === "1";
  const publicUrl = (config.ORION_PUBLIC_URL ?? (env.RENDER_EXTERNAL_URL || undefined))?.replace(/\/+$/, "");
  const home = await openHome(config, { env, scripted, scope: await scopeOf(store), onLine });
  const git = openGit({
    dir: join(dataDir, "mirrors"),
    allowHttpLoopback: config.NODE_ENV !== "production",
    environment: env,
  });
  const mostUsd = Math.max(config.ORION_BUDGET_USD, config.ORION_BUDGET_MAX_USD);
  const deps: RunDeps = {
    store,
    github: app.github,
    git,
    home,
    model: openModel(config, scripted),
    models: openModels(config, scripted),
    roles: {
      plan: planRole("first"),
      fixPlan: planRole("fix"),
      red: redRole(),
      green: greenRole(),
      resolve: resolveRole(),
      review: reviewRole({ workspace: false }),
    },
    limits: {
      ...DEFAULT_LIMITS,
      turns: config.ORION_MAX_TURNS,
      minutes: config.ORION_MAX_MINUTES,
      usd: mostUsd,
    },
    dayUsd: config.ORION_BUDGET_DAY_USD,
    toolbox: parts.toolbox,
    recall: (person, repository) => recallNow(parts, git, person, repository),
    reversals: config.ORION_HUNKS,
    allowUnprotected: config.ORION_ALLOW_UNPROTECTED === "1",
    maxTries: config.ORION_MAX_TRIES,
    paused,
    commentGapMs: config.ORION_COMMENT_SECONDS * 1_000,
    ownRepository: config.ORION_REPOSITORY ?? env.RENDER_GIT_REPO_SLUG ?? null,
    redact: redactor.clean,
    runPage: (runId) => (publicUrl === undefined ? null : `${publicUrl}${runPath(runId, parts.webhookSecret)}`),
    log: onLine,
  };
  const sweep = async (): Promise<void> => {
    const checks = (await store.checksInHand()).map(checkRunId);
    const gone = await home.sweep(new Set([...(await store.livingRuns()), ...checks]));
    if (gone > 0) onLine(`removed ${gone} sandboxes that no run needs`);
    const resumed = paused ? 0 : await store.resumeParked();
    await store.dropCommits(new Date(Date.now() - COMMITS_KEPT_MS));
    const ended = await sweepChecks(deps);
    if (ended > 0) onLine(`${ended} checks that nobody worked on were ended`);
    if (resumed > 0) onLine(`${resumed} runs go on after the pause of everything`);
  };
  if (paused) onLine("ORION_PAUSED: no work starts or goes on");
  await sweep();
  const timer = setInterval(
    () => sweep().catch((error: unknown) => onLine(`sweep: ${describeError(error)}`)),
    SWEEP_MS,
  );
  timer.unref();
  const settings = { budgetUsd: config.ORION_BUDGET_USD, mostUsd, runsPerHour: config.ORION_RUNS_PER_HOUR, paused };
  const scope: IntakeDeps["scope"] = {
    judge: (facts) => judgePull(deps, facts),
    approve: (reviewed) => approveScope(deps, reviewed),
    withdraw: (reviewed) => withdrawScope(deps, reviewed),
  };
  const checks: IntakeDeps["checks"] = {
    ended: (place) => ciEnded(deps, place),
    again: (wish) => askAgain(deps, wish),
  };
  const revert = openRevert(deps);
  const refresh = (taskId: string): Promise<void> => refreshSticky(deps, taskId);
  const { ownRepository } = deps;
  const merge: MergeDeps = { store, ownRepository, mark: parts.life.mark, refresh };
  const evolution: EvolutionDeps = {
    ...{ store, github: app.github, refresh, redact: redactor.clean, log: onLine },
    ...openDeployHost(config, env),
    openRevert: revert,
    holds: openHolds(app.github, git),
    notify: (live) => tellLive(deps, live),
  };
  const rounds = workersRounds(config, deps, app);
  const intake: IntakeDeps = {
    ...{ store, github: app.github, settings, scope, checks, migrations: migrationChecks(deps) },
    openRevert: revert,
    approver: (repository, run) => leastApprover(deps, repository, run),
    afterwards: {
      closed: (task, closed) => pullClosed(merge, task, closed),
      moved: ({ repository, branch }) => branchMoved(deps, repository, branch),
      deployed: (told) => deploymentTold(merge, told),
      installed: () => rounds.wanted(),
    },
    links: { web: app.webUrl, runPage: deps.runPage },
    tools: parts.toolbox.tools,
    redact: redactor.clean,
    ...openProof(app.github, git),
  };
  await queue.work({
    delivery: (guid) => reported(onLine, `delivery ${guid}`, handleDelivery(intake, guid)),
    run: (runId, signal) => reported(onLine, `run ${runId}`, conductRun(deps, runId, signal), signal),
    check: (pull, signal) => reported(onLine, `check of #${pull.pullRequest}`, checkPull(deps, pull, signal), signal),
    deploy: (id, signal) => reported(onLine, `deploy ${id}`, followDeploy(evolution, id, signal), signal),
  });
  const unwatch = watchWebhooks({ store, hooks: app.hooks }, onLine);
  return {
    home,
    async stop(): Promise<void> {
      clearInterval(timer);
      await unwatch();
      rounds.stop();
      await queue.stop(STOP_MS);
      await home.stop();
    },
  };
}

/** For a person's own question: their habits, and the facts that hold on the default branch now. */
async function recallNow({ app, store }: WorkerParts, git: Git, person: Person, repository: Repository) {
  const { sha } = await app.github.defaultBranch(repository);
  await bring({ git, github: app.github }, repository, [sha]);
  const owner = { installationId: repository.installationId, person };
  return recall({ store, git }, owner, { repositoryId: repository.id, commit: sha });
}

/** A change that went live is told as the repository's settings order. */
async function tellLive(deps: RunDeps, { deploy, text }: Parameters<EvolutionDeps["notify"]>[0]): Promise<void> {
  const [repository, task] = await Promise.all([
    deps.store.repository(deploy.repositoryId),
    deploy.taskId === null ? null : deps.store.task(deploy.taskId),
  ]);
  if (repository === null || task === null) return;
  const tell = (line: string): Promise<void> =>
    deps.store.appendEvent({ taskId: task.id, runId: null, kind: "notify", text: line });
  const signal = AbortSignal.timeout(NOTIFY_MS);
  await notify(deps, { repository, person: task.requester, scope: `deploy:${deploy.id}`, message: text, signal, tell });
}

/** One name per memory, drawn once: two Orions on one engine leave each other's sandboxes alone. */
async function scopeOf(store: Store): Promise<string> {
  const kept = await store.setting("sandbox.scope");
  if (typeof kept === "string") return kept;
  await store.saveSetting("sandbox.scope", `orion-${randomBytes(6).toString("hex")}`);
  return scopeOf(store);
}

/** The queue tries again; the operator reads why, unless it is that this process stops. */
async function reported(
  onLine: (line: string) => void,
  what: string,
  work: Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (signal?.aborted !== true && !hasCode(error, "LATER")) onLine(`${what}: ${describeError(error)}`);
    throw error;
  }
}
