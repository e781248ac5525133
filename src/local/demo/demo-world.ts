/** What a demo plays in, and the account of it for scripts and for whoever looks further. */
import { writeFileSync } from "node:fs";
import type { Incarnation } from "../../domain/ports/store/evolution-store.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { DeployHost } from "../deploy/deploy-host.ts";
import type { Forge } from "../forge/start-forge.ts";
import type { LocalSlack } from "../slack.ts";
import type { Ending, Stage } from "./story.ts";

export interface DemoWorld {
  readonly forge: Forge;
  readonly stage: Stage;
  readonly store: Store;
  readonly databaseUrl: string;
  readonly scripted: boolean;
  readonly sandbox: string | null;
  /** null where Orion runs in this process and nothing is deployed */
  readonly service: { readonly host: DeployHost; readonly slack: LocalSlack } | null;
  stop(): Promise<void>;
}

/** What Orion says of its sandboxes on its plain page. */
export async function sandboxOf(url: string): Promise<string | null> {
  const page = await (await fetch(url)).text();
  return /^Sandbox: (\w+)$/m.exec(page)?.[1] ?? null;
}

/** What came after the merge. */
export interface Reborn {
  /** true when every part of it happened */
  readonly complete: boolean;
  readonly mergeSha: string;
  readonly before: Pick<Incarnation, "version" | "commit" | "tools">;
  readonly after: Pick<Incarnation, "version" | "commit" | "tools" | "memory">;
  /** the one comment about the deploy */
  readonly announcement: string;
  readonly refusal: string;
  readonly answer: string;
  /** what Slack's own API tells of #general, newest first */
  readonly slack: readonly string[];
}

export interface Account {
  readonly world: DemoWorld;
  readonly issue: number;
  readonly ending: Ending;
  readonly reborn: Reborn | null;
}

/** Leaves the facts as JSON. */
export function writeFacts(file: string, { world, issue, ending, reborn }: Account): void {
  const { task, run, evidence, elapsedMs } = ending;
  const { stage } = world;
  const facts = {
    status: run.status,
    failure: run.failure,
    issue,
    pullRequest: task.pullRequest,
    branch: task.branch,
    defaultBranch: stage.defaultBranch,
    baseSha: run.baseSha,
    testSha: evidence?.testSha ?? null,
    headSha: evidence?.headSha ?? run.headSha,
    repositoryPath: stage.path,
    repositoryUrl: `${world.forge.url}/${stage.owner}/${stage.name}.git`,
    databaseUrl: world.databaseUrl,
    taskId: task.id,
    runId: run.id,
    sandbox: world.sandbox,
    scripted: world.scripted,
    elapsedMs,
    reborn,
  };
  writeFileSync(file, `${JSON.stringify(facts, null, 2)}\n`);
}

/** @returns lines that say where everything is */
export function lookFurther({ stage, databaseUrl }: DemoWorld): readonly string[] {
  return [
    "Look further:",
    `  git clone ${stage.path} /tmp/${stage.name} && cd /tmp/${stage.name} && git log --oneline --all`,
    `  psql '${databaseUrl}' -c 'select kind, text from "Event" order by id'   (PostgreSQL stays up; stop it: npm run postgres:stop)`,
    "  npm run dev    keeps all of this running, with your own issues",
  ];
}
