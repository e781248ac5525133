/** A check that was left in progress by a run that no longer lives is ended, with the reason; any other is left alone. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { OrionError } from "../../../src/domain/errors.ts";
import type { OpenCheck } from "../../../src/domain/ports/store/open-check-store.ts";
import { underWay } from "../../../src/runs/checks/red-green.ts";
import { sweepChecks } from "../../../src/runs/checks/sweep-checks.ts";
import { type Door, openDoor, PLACE } from "../../intake/at-the-door.ts";

let door: Door;
let headSha: string;
const lines: string[] = [];

beforeEach(async () => {
  door = await openDoor();
  await door.store.saveRepository(door.repository, PLACE.owner);
  headSha = (await door.github.defaultBranch(door.repository)).sha;
});
afterEach(() => door.close());

const deps = () => {
  const redact = (text: string): string => text.replaceAll("hunter2", "[redacted]");
  return { store: door.store, github: door.github, redact, log: (line: string) => lines.push(line) };
};

/** A run that opened its check. */
async function opened(): Promise<OpenCheck> {
  const ada = { id: 11, login: "ada" };
  const { repository, store } = door;
  const task = await store.openTask({
    ...{ repositoryId: repository.id, issueNumber: 7, title: "t", request: "r", requester: ada, budgetUsd: 1 },
  });
  const subject = { kind: "issue", id: 7 } as const;
  const asked = { taskId: task.id, kind: "check", text: "again", subject, requestedBy: ada, place: 7 } as const;
  const run = await store.startRun({ ...asked, cause: `again:${Math.random()}` });
  if (run === null) throw new Error("no run was started");
  await store.claimRun(run.id);
  const put = underWay(run, headSha, "ada");
  const check = { repositoryId: repository.id, runId: run.id, headSha, name: put.name, externalId: put.externalId };
  await store.openCheck(check);
  await door.github.putCheck(repository, put);
  return check;
}

const shown = async () => {
  const path = `/repos/acme/web/commits/${headSha}/check-runs`;
  const { check_runs } = (await door.person("ada").call("GET", path)) as { check_runs: Record<string, unknown>[] };
  return check_runs;
};

it("leaves what a living run works on, and ends it when the run has failed", async () => {
  const check = await opened();
  expect(await sweepChecks(deps())).toBe(0);
  expect(await shown()).toMatchObject([{ status: "in_progress" }]);
  const failure = { code: "SETUP_FAILED", because: "SETUP_FAILED: npm said hunter2" };
  await door.store.updateRun({ runId: check.runId, attempt: 1 }, { status: "failed", failure });
  expect(await sweepChecks(deps())).toBe(1);
  expect(await shown()).toMatchObject([
    {
      conclusion: "cancelled",
      output: {
        title: "ended without a result",
        summary: expect.stringContaining("SETUP_FAILED: npm said [redacted]"),
      },
    },
  ]);
  expect(await door.store.danglingChecks()).toEqual([]);
  expect(await sweepChecks(deps())).toBe(0);
});

it("leaves a check that was completed before its row was taken away, and makes none that was never put", async () => {
  const check = await opened();
  const { repository, store, github } = door;
  const done = { name: check.name, externalId: check.externalId, headSha, title: "all well", summary: "well" };
  await github.putCheck(repository, { ...done, status: "completed", conclusion: "success" });
  await store.openCheck({ ...check, externalId: "never:red-green" });
  await store.updateRun({ runId: check.runId, attempt: 1 }, { status: "done" });
  expect(await store.danglingChecks()).toHaveLength(2);
  expect(await sweepChecks(deps())).toBe(0);
  expect(await shown()).toMatchObject([{ conclusion: "success", output: { title: "all well" } }]);
  expect(await store.danglingChecks()).toEqual([]);
});

it("keeps the row while GitHub does not answer, and the next sweep ends it", async () => {
  const check = await opened();
  await door.store.updateRun({ runId: check.runId, attempt: 1 }, { status: "stopped" });
  const endCheck = async (): Promise<never> => {
    throw new OrionError("GITHUB_UNAVAILABLE", "away");
  };
  expect(await sweepChecks({ ...deps(), github: { ...door.github, endCheck } })).toBe(0);
  expect(lines.at(-1)).toContain("GITHUB_UNAVAILABLE");
  expect(await sweepChecks(deps())).toBe(1);
  expect(await shown()).toMatchObject([{ conclusion: "cancelled" }]);
});

it("belongs to the newest run that opened it", async () => {
  const check = await opened();
  const second = await opened();
  await door.store.openCheck({ ...check, runId: second.runId });
  await door.store.closeCheck(check);
  expect(await door.store.openChecksOf(second.runId)).toHaveLength(2);
});
