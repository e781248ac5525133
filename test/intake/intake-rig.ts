/** Intake on a real store and a GitHub double, opened anew for every test of the file that imports this. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach } from "vitest";
import type { Role } from "../../src/domain/ports/github-port.ts";
import type { JudgedPull, MigrationChecks } from "../../src/domain/ports/migration-checks.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { handleDelivery } from "../../src/intake/handle-delivery.ts";
import { receiveWebhook } from "../../src/intake/receive.ts";
import { openTestStore } from "../support/postgres.ts";
import { type GitHubDouble, githubDouble, REST } from "./github-double.ts";
import { issuesPayload } from "./payload-maker.ts";

export let store: Store;
let close: () => Promise<void>;
export let hub: GitHubDouble;

beforeEach(async () => {
  ({ store, close } = await openTestStore());
  hub = githubDouble();
  migrations.seen = { verdict: null, waiting: [] };
  migrations.checked = [];
  settings.approver = "write";
  hub.roles.set("ada", "write");
});
afterEach(() => close());

/** What the check of migrations answers; a test may change it. */
export const migrations: { seen: JudgedPull; checked: number[] } = {
  seen: { verdict: null, waiting: [] },
  checked: [],
};
const checks: MigrationChecks = {
  request: async (_repository, pullRequest) => void migrations.checked.push(pullRequest),
  judge: async () => {
    const given = await store.approved(
      900,
      "migration",
      migrations.seen.waiting.map(({ sha256 }) => sha256),
    );
    const waiting = migrations.seen.waiting.filter(({ sha256 }) => !given.has(sha256));
    return { ...migrations.seen, waiting };
  },
};

/** The least role whose yes to a plan counts; a test may change it. */
export const settings: { approver: Role } = { approver: "write" };

export const handle = (guid: string) =>
  handleDelivery(
    { store, github: hub.github, ...REST, migrations: checks, approver: async () => settings.approver },
    guid,
  );

export async function deliver(event: string, payload: unknown, guid: string = randomUUID()): Promise<string> {
  await receiveWebhook(store, { guid, event, payload });
  await handle(guid);
  return guid;
}

export const task = () => store.taskByIssue(900, 7);
export const runs = async () => {
  const found = await task();
  return found === null ? [] : store.runsOf(found.id);
};
export const opened = issuesPayload("opened", { title: "Orion, add SlackTool" });

/** A task with pull request #31 whose first run ended. */
export async function proposed(status: "done" | "failed" = "done"): Promise<string> {
  await deliver("issues", opened);
  const [run] = await runs();
  if (run === undefined) throw new Error("no run was started");
  await store.claimRun(run.id);
  await store.updateRun({ runId: run.id, attempt: 1 }, { status });
  await store.updateTask(run.taskId, { pullRequest: 31, status: "proposed" });
  hub.reactions.length = 0;
  return run.taskId;
}
