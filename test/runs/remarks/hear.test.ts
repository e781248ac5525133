/** Which conversation is given which remark, once, on a real store; GitHub and the rest are doubles. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { openLedger } from "../../../src/domain/ledger.ts";
import type { Role } from "../../../src/domain/ports/github-port.ts";
import type { TurnRecord } from "../../../src/domain/ports/store-port.ts";
import type { Fence } from "../../../src/domain/task.ts";
import { hear } from "../../../src/runs/remarks/hear.ts";
import type { RunContext } from "../../../src/runs/run-context.ts";
import { claim, openTask, REPOSITORY, startRun, turn } from "../../store/fixtures.ts";
import { openTestStore } from "../../support/postgres.ts";

const ADA = { id: 11, login: "ada" };
const BOB = { id: 12, login: "bob" };
let opened: Awaited<ReturnType<typeof openTestStore>>;
let taskId: string;
let fence: Fence;
let roles: Map<string, Role>;
let seen: string[];
let events: string[];

beforeEach(async () => {
  opened = await openTestStore();
  taskId = (await openTask(opened.store)).id;
  fence = await claim(opened.store, (await startRun(opened.store, taskId)).id);
  roles = new Map<string, Role>([
    ["ada", "write"],
    ["bob", "write"],
  ]);
  [seen, events] = [[], []];
});
afterEach(() => opened.close());

async function context(): Promise<RunContext> {
  const { store } = opened;
  const [run, task] = await Promise.all([store.run(fence.runId), store.task(taskId)]);
  const github = {
    role: async (_: unknown, login: string) => roles.get(login) ?? "none",
    react: async (_: unknown, subject: { kind: string; id: number }, reaction: string) => {
      seen.push(`${reaction} ${subject.kind}:${subject.id}`);
    },
  };
  const deps = { store, github, redact: (text: string) => text.replaceAll("hunter2", "[redacted]"), log: () => {} };
  const tell = async (_: string, text: string) => void events.push(text);
  const ledger = openLedger(store, fence, `run:${fence.runId}`);
  // only what a hearing asks for
  return { deps, run, task, fence, ledger, repository: REPOSITORY, tell } as never;
}

const says = (comment: number, text: string, person = ADA) => opened.store.addRemark(taskId, { comment, person, text });
const withNotes = (ordinal: number, notes: readonly string[]): TurnRecord => ({
  ...turn(fence.runId, ordinal, "green"),
  ...{ thread: "green-1", results: ["done"], notes },
});

it("begins a conversation with what was said, and gives it the rest between its turns, once", async () => {
  await says(1, "first: hunter2");
  const heard = await hear(await context(), "green-1");
  expect(heard.part).toContain("first: [redacted]");
  expect(await heard.notes()).toEqual([]);
  expect(seen).toEqual(["eyes comment:1"]);
  await says(2, "second");
  const notes = await heard.notes();
  expect(notes).toEqual([expect.stringContaining("second")]);
  expect(seen).toHaveLength(1);
  await heard.saved({ notes });
  expect(seen).toEqual(["eyes comment:1", "eyes comment:2"]);
  expect(events).toEqual(["ada said to Devon: first: hunter2", "ada said to Devon: second"]);
  expect(await heard.notes()).toEqual([]);
});

it("sends the same first message when the conversation is taken up again", async () => {
  await says(1, "first");
  const { part } = await hear(await context(), "green-1");
  await says(2, "second");
  const again = await hear(await context(), "green-1");
  expect(again.part).toBe(part);
  expect(await again.notes()).toEqual([expect.stringContaining("second")]);
  expect((await hear(await context(), "review-1")).part).toMatch(/first.*second/s);
});

it("takes in what a worker stored with its last turn before it died, and does not say it again", async () => {
  const heard = await hear(await context(), "green-1");
  await says(1, "first");
  await opened.store.saveTurn(fence, withNotes(1, await heard.notes()));
  const again = await hear(await context(), "green-1");
  expect(seen).toEqual(["eyes comment:1"]);
  expect(await again.notes()).toEqual([]);
});

it("leaves out those who may write no more, and no plan waits for them", async () => {
  await says(1, "early", BOB);
  roles.set("bob", "read");
  const heard = await hear(await context(), "green-1");
  await says(2, "late", BOB);
  expect([heard.part, await heard.notes(), seen]).toEqual(["", [], []]);
  expect((await opened.store.remarks(taskId)).map(({ taken }) => taken)).toEqual([true, true]);
});

it.each([
  ["the repository's CI", { kind: "fix", cause: "ci:abcdef0" }],
  ["a merge with the default branch", { kind: "rebase", cause: "any" }],
] as const)("leaves what was said before work on %s to a fix, and gives it what is said since", async (_, facts) => {
  await says(1, "please in blue");
  const now = await context();
  const round = { ...now, run: { ...now.run, ...facts, createdAt: new Date(Date.now() + 1) } };
  await new Promise((later) => setTimeout(later, 5));
  const heard = await hear(round, "plan");
  expect(heard.part).toBe("");
  await says(2, "the test was flaky");
  expect(await heard.notes()).toEqual([expect.stringContaining("the test was flaky")]);
  expect((await opened.store.remarks(taskId)).map(({ taken }) => taken)).toEqual([false, false]);
  expect(seen).toEqual([]);
});
