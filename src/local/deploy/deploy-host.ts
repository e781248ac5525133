/**
 * Render for one machine: sees a push to the default branch, ships it, and keeps
 * what served before when the new one is no good. Never part of a deployed Orion.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { SERVICE_OF_THIS_MACHINE } from "../../config.ts";
import { OrionError } from "../../domain/errors.ts";
import { queuePerKey } from "../forge/world.ts";
import { type Api, openApi } from "./api.ts";
import { type DeployRecord, type DeployStatus, isUnderWay } from "./deploy-record.ts";
import { type Front, openFront } from "./front.ts";
import { type HostState, openHostState } from "./host-state.ts";
import { type Line, openLine } from "./line.ts";
import type { DeployHostOptions } from "./options.ts";
import { openPipeline } from "./pipeline.ts";
import { branchHead, type CommitFacts, fetchCommit, pruneReleases, type ReleaseSource } from "./release.ts";
import { deployLog, endOrphans, keptReleases, lookAgain, waitFor, waitForFirst } from "./watching.ts";

export type { DeployHostOptions } from "./options.ts";

export interface DeployHost {
  /** the service's address, the same whatever is live */
  readonly url: string;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly serviceId: string;
  /** Looks at the branch now. */
  poke(): void;
  deploys(): readonly DeployRecord[];
  /**
   * Waits until the newest deploy of the commit is in one of the states, or has ended otherwise.
   * @throws OrionError DEPLOY_TIMEOUT
   */
  waitFor(commit: string, states: readonly DeployStatus[], withinMs?: number): Promise<DeployRecord>;
  /** Waits until something is live. @throws OrionError DEPLOY_FAILED when the first deploy ends otherwise, DEPLOY_TIMEOUT */
  waitForFirst(withinMs: number): Promise<DeployRecord>;
  /** Ends the service and everything it started. */
  close(): Promise<void>;
}

/** What the parts of a running host share. */
interface Parts {
  readonly options: DeployHostOptions;
  readonly source: ReleaseSource;
  readonly state: HostState;
  readonly front: Front;
  readonly log: (deployId: string, line: string) => void;
  /** two fetches into one mirror would meet each other's locks */
  readonly oneAtATime: ReturnType<typeof queuePerKey>;
}

export async function startDeployHost(options: DeployHostOptions): Promise<DeployHost> {
  mkdirSync(join(options.dataDir, "logs"), { recursive: true });
  const state = openHostState(join(options.dataDir, "host.json"));
  endOrphans(state);
  const { repository, branch, dataDir } = options;
  const source = { repository, branch, mirror: join(dataDir, "source.git") };
  const front = await openFront(options.port ?? 0);
  const tell = options.onLine ?? (() => undefined);
  const oneAtATime = queuePerKey();
  const parts: Parts = {
    options,
    source,
    state,
    front,
    oneAtATime,
    log: deployLog(join(dataDir, "logs"), options.env, tell),
  };
  const access = { apiKey: `rnd_${randomBytes(18).toString("hex")}`, serviceId: SERVICE_OF_THIS_MACHINE };
  const own: Record<string, string> = ownVariables(parts, access);
  const pipeline = openPipeline({ ...parts, own });
  const line = openLine(state, pipeline.run, () => pruneReleases(join(dataDir, "releases"), keptReleases(state)));
  const api = await serveApi(parts, line, access);
  own.RENDER_API_URL = api.url;
  await resume(state, line);
  const looking = lookAgain(() => look(parts, line), tell);
  return {
    url: front.url,
    apiUrl: api.url,
    ...access,
    poke: looking.now,
    deploys: () => state.deploys(),
    waitFor: (commit, states, withinMs = 180_000) => waitFor(state, { commit, states, withinMs }),
    waitForFirst: (withinMs) => waitForFirst(state, withinMs),
    async close() {
      await looking.stop();
      await line.stop();
      await pipeline.stop();
      await api.close();
      await front.close();
    },
  };
}

interface Access {
  readonly apiKey: string;
  readonly serviceId: string;
}

function ownVariables({ options, front }: Parts, { apiKey, serviceId }: Access): Record<string, string> {
  return {
    RENDER: "true",
    RENDER_SERVICE_ID: serviceId,
    RENDER_GIT_REPO_SLUG: options.slug,
    RENDER_GIT_BRANCH: options.branch,
    RENDER_EXTERNAL_URL: front.url,
    RENDER_API_KEY: apiKey,
  };
}

function serveApi(parts: Parts, line: Line, { apiKey, serviceId }: Access): Promise<Api> {
  const { options, state } = parts;
  const actions = {
    serviceId,
    name: options.slug.replace("/", "-"),
    branch: options.branch,
    deploys: () => state.deploys(),
    autoDeploy: () => state.autoDeploy(),
    setAutoDeploy: (on: boolean) => state.setAutoDeploy(on),
    start: async (commit: string | null) => line.enqueue(await factsOf(parts, commit), "api"),
    rollback: async (deployId: string) => rollback(parts, line, deployId),
  };
  return openApi(actions, apiKey, options.apiPort ?? 0);
}

async function factsOf({ source, oneAtATime }: Parts, commit: string | null): Promise<CommitFacts> {
  const wanted = commit ?? (await branchHead(source));
  if (wanted === null)
    throw new OrionError("COMMIT_UNKNOWN", `the repository has no branch ${source.branch}; push it first`);
  return oneAtATime(source.mirror, () => fetchCommit(source, wanted));
}

function rollback({ options, state }: Parts, line: Line, deployId: string): DeployRecord {
  const to = state.deploy(deployId);
  const built = to !== null && (to.status === "live" || to.status === "deactivated");
  if (!built || !existsSync(join(options.dataDir, "releases", to.release)))
    throw new OrionError("RELEASE_GONE", `no build of deploy ${deployId} is kept; deploy its commit instead`);
  return line.enqueue(to.commit, "rollback", to.release);
}

async function look({ source, state, oneAtATime }: Parts, line: Line): Promise<void> {
  const head = await branchHead(source);
  if (head === null || head === state.seen()) return;
  const facts = await oneAtATime(source.mirror, () => fetchCommit(source, head));
  state.setSeen(head);
  if (state.autoDeploy()) line.enqueue(facts, "new_commit");
}

/** What was live comes up first; then a deploy that the host's end cut off is begun again. */
async function resume(state: HostState, line: Line): Promise<void> {
  const end = { finishedAt: new Date().toISOString() };
  const [cut, ...older] = state.deploys().filter((one) => isUnderWay(one.status));
  for (const one of [cut, ...older]) if (one !== undefined) state.mark(one.id, "canceled", end);
  // nothing is live where the host was killed between two, or the time before could not start it
  const last = state.live() ?? state.deploys().find((one) => one.status === "deactivated");
  if (last !== undefined) {
    state.mark(last.id, "deactivated");
    line.enqueue(last.commit, "service_resumed", last.release);
    await line.rest();
  }
  if (cut === undefined || cut.trigger === "service_resumed") return;
  line.enqueue(cut.commit, cut.trigger, ...(cut.trigger === "rollback" ? [cut.release] : []));
}
