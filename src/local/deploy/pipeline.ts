/**
 * One deploy from commit to live: build, pre-deploy, boot, switch. Whatever
 * fails, the release before keeps serving. It starts no deploy by itself.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describeError } from "../../domain/errors.ts";
import { type CommandPlace, runCommand } from "./command.ts";
import type { DeployRecord, DeployStatus, DeployStep } from "./deploy-record.ts";
import type { Front } from "./front.ts";
import type { HostState } from "./host-state.ts";
import type { DeployHostOptions } from "./options.ts";
import { install, type ReleaseSource, unpack } from "./release.ts";
import { bootService, type Service } from "./service.ts";

const HEALTH_TIMEOUT_MS = 60_000;
const GRACE_MS = 30_000;

export interface PipelineParts {
  readonly options: DeployHostOptions;
  readonly source: ReleaseSource;
  readonly state: HostState;
  readonly front: Front;
  /** the variables Render adds, without PORT */
  readonly own: Readonly<Record<string, string>>;
  /** one line of a deploy, secrets already taken out */
  readonly log: (deployId: string, line: string) => void;
}

export interface Pipeline {
  /** Takes the deploy to its end; never throws for what the release does wrong. */
  run(record: DeployRecord, signal: AbortSignal): Promise<void>;
  /** Ends what is live. */
  stop(): Promise<void>;
}

const FAILED: Readonly<Record<DeployStep, DeployStatus>> = {
  build: "build_failed",
  pre_deploy: "pre_deploy_failed",
  update: "update_failed",
};

export function openPipeline(parts: PipelineParts): Pipeline {
  const { options, state, front, log } = parts;
  let live: Service | null = null;

  async function run(record: DeployRecord, signal: AbortSignal): Promise<void> {
    let step: DeployStep = "build";
    const enter = (next: DeployStep): void => {
      signal.throwIfAborted();
      step = next;
      state.mark(record.id, `${next}_in_progress`);
      log(record.id, `${next.replace("_", "-")} of ${record.commit.id.slice(0, 7)}`);
    };
    try {
      const folder = join(options.dataDir, "releases", record.release);
      const place = placeOf(parts, record, folder);
      // a rollback puts a build live that is there, and migrates nothing
      if (record.trigger !== "rollback" && record.trigger !== "service_resumed") {
        enter("build");
        await build(parts, record, place, signal);
        enter("pre_deploy");
        if (options.preDeploy !== null) await runCommand(options.preDeploy, place, signal);
      }
      enter("update");
      const service = await bootService(planOf(options, place), signal);
      await replace(record, service);
    } catch (error) {
      if (signal.aborted) return void settle(record.id, "canceled", "another deploy took its place");
      settle(record.id, FAILED[step], describeError(error));
    }
  }

  async function replace(record: DeployRecord, service: Service): Promise<void> {
    const [before, old] = [live, state.live()];
    live = service;
    front.point(service.port());
    service.keepAlive((port) => front.point(port));
    if (old !== null) state.mark(old.id, "deactivated");
    state.mark(record.id, "live", { finishedAt: new Date().toISOString() });
    log(record.id, `live at ${front.url}`);
    if (before === null) return;
    const outcome = await before.stop();
    if (old !== null) log(old.id, `the release before ended with ${outcome}`);
  }

  function settle(id: string, status: DeployStatus, because: string): void {
    state.mark(id, status, { finishedAt: new Date().toISOString() });
    log(id, `${status}: ${because}`);
  }

  return {
    run,
    async stop() {
      const last = live;
      live = null;
      front.point(null);
      await last?.stop();
    },
  };
}

function placeOf({ options, state, own, log }: PipelineParts, record: DeployRecord, folder: string): CommandPlace {
  return {
    cwd: folder,
    env: { ...options.env, ...own, RENDER_GIT_COMMIT: record.commit.id },
    onLine: (line) => log(record.id, line),
    onProcess: (process, running) => (running ? state.own(process) : state.disown(process.pid)),
  };
}

async function build(
  { options, source }: PipelineParts,
  record: DeployRecord,
  place: CommandPlace,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(join(options.dataDir, "releases"), { recursive: true });
  await unpack(source.mirror, record.commit.id, place.cwd, signal);
  const cache = join(options.dataDir, "modules");
  await install({ folder: place.cwd, cache, seed: options.seed ?? null }, place, signal);
  for (const argv of options.build) await runCommand(argv, place, signal);
}

function planOf(options: DeployHostOptions, place: CommandPlace): Parameters<typeof bootService>[0] {
  return {
    ...place,
    argv: options.start,
    healthPath: options.healthPath ?? "/readyz",
    healthTimeoutMs: options.healthTimeoutMs ?? HEALTH_TIMEOUT_MS,
    graceMs: options.graceMs ?? GRACE_MS,
  };
}
