import { describe, expect, it } from "vitest";
import { planSchema } from "../../src/domain/plan.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import type { Run, Task } from "../../src/domain/task.ts";
import { runPages, runPath } from "../../src/web/run-page.ts";

const secret = "s".repeat(32);
const id = "01a208bc-37d7-7728-a799-c698f33d134d";
const person = { id: 1, login: "maya" };
const hostile = `<img src=x onerror=alert(1)>"&`;
const run: Run = {
  id,
  taskId: "t",
  ordinal: 1,
  kind: "first",
  status: "failed",
  waitsFor: null,
  approval: null,
  planShown: null,
  points: [],
  stopBy: null,
  stage: "green",
  round: 2,
  attempt: 1,
  text: hostile,
  subject: { kind: "issue", id: 1 },
  place: 1,
  continues: null,
  textBy: null,
  requestedBy: person,
  plan: planSchema.parse({ title: hostile, goal: hostile, criteria: [{ text: hostile }] }),
  baseSha: null,
  headSha: null,
  failure: { code: "ROUNDS_SPENT", because: hostile },
  createdAt: new Date(0),
  startedAt: null,
  endedAt: null,
};
const task: Task = {
  id: "t",
  repositoryId: 1,
  issueNumber: 7,
  title: hostile,
  request: hostile,
  requester: person,
  status: "failed",
  baseBranch: null,
  branch: null,
  pushedSha: null,
  pullRequest: null,
  plan: null,
  adopted: false,
  budgetUsd: 5,
  budgetBy: null,
  createdAt: new Date(0),
};
const store: Pick<Store, "run" | "task" | "events" | "evidence" | "spent"> = {
  run: async (wanted) => (wanted === id ? run : null),
  task: async () => task,
  events: async () => [
    { taskId: "t", runId: id, kind: "stage", text: hostile, at: new Date(0) },
    { taskId: "t", runId: "another", kind: "stage", text: "of another run", at: new Date(0) },
  ],
  evidence: async () => null,
  spent: async () => ({ usd: 1.5, inputTokens: 0, cachedTokens: 0, outputTokens: 0 }),
};
const pages = runPages(store, secret);

describe("the page about a run", () => {
  it("shows what was asked, why it stopped and what happened in this run only", async () => {
    const shown = await pages(runPath(id, secret));
    expect(shown?.body).toContain("ROUNDS_SPENT");
    expect(shown?.body).toContain("$1.50 of $5.00");
    expect(shown?.body).not.toContain("of another run");
  });

  it("shows words as words, never as HTML", async () => {
    const shown = await pages(runPath(id, secret));
    expect(shown?.body).toContain("&lt;img src=x");
    expect(shown?.body).not.toContain("<img");
  });

  it("is not there for a wrong key, another secret's key, an unknown run or another path", async () => {
    const other = runPath(id, "o".repeat(32));
    const unknown = runPath(id.replace("01", "02"), secret);
    for (const path of [other, unknown, `/runs/${id}`, `/runs/${id}/${"0".repeat(32)}`, "/runs/../etc"]) {
      expect(await pages(path), path).toBeNull();
    }
  });
});
