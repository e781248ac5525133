/** A failure of CI is looked at while it matters, and mended twice at most, once for each commit. */
import { describe, expect, it } from "vitest";
import type { CiCheck } from "../../../src/domain/ports/ci-port.ts";
import type { Role } from "../../../src/domain/ports/github-port.ts";
import type { StepRecord } from "../../../src/domain/ports/store-port.ts";
import { lookAtFailure } from "../../../src/runs/ci/look.ts";
import { startRound } from "../../../src/runs/ci/start-round.ts";
import type { RunContext } from "../../../src/runs/run-context.ts";

const [HEAD, OLDER] = ["a".repeat(40), "b".repeat(40)];
const CHECK: CiCheck = { kind: "check", id: 1, name: "lint", app: "actions", state: "failed" };
const WORDS = { title: "1 problem", summary: "", text: "", annotations: [], log: null };

interface Facts {
  readonly pull?: object;
  readonly ci?: readonly CiCheck[];
  readonly role?: Role;
  /** commits whose failure has started a round */
  readonly rounds?: readonly string[];
}

function world({ pull = {}, ci = [CHECK], role = "write", rounds = [] }: Facts = {}) {
  const [started, said, told]: [unknown[], string[], string[]] = [[], [], []];
  const steps = new Map<string, StepRecord>();
  const put = (scope: string, key: string, state: StepRecord["state"], result: unknown): StepRecord => {
    const record = { scope, key, state, result, createdAt: new Date(0) };
    steps.set(`${scope} ${key}`, record);
    return record;
  };
  const task = { id: "t", pullRequest: 2, issueNumber: 1, pushedSha: HEAD, requester: { id: 7, login: "maya" } };
  const store = {
    step: async (scope: string, key: string) => steps.get(`${scope} ${key}`) ?? null,
    intendStep: async (_: unknown, scope: string, key: string) => put(scope, key, "intent", null),
    completeStep: async (_: unknown, scope: string, key: string, result: unknown) => {
      put(scope, key, "done", result);
    },
    task: async () => task,
    runsOf: async () => rounds.map((commit) => ({ kind: "fix", cause: `ci:${commit}` })),
    startRun: async (run: unknown) => started.push(run),
    repository: async () => null,
  };
  const github = {
    pull: async () => ({ number: 2, state: "open", headSha: HEAD, baseRef: "main", ...pull }),
    ciOf: async () => ci,
    role: async () => role,
    findComment: async () => null,
    createComment: async (_: unknown, at: number, body: string) => said.push(`#${at} ${body}`),
  };
  const context = {
    ...{ deps: { store, github, redact: (text: string) => text }, task, run: { id: "r" }, repository: {} },
    tell: async (_: string, text: string) => {
      told.push(text);
    },
  } as unknown as RunContext;
  const failure = { commit: HEAD, pullRequest: 2, failed: [{ check: CHECK, words: WORDS }] };
  return {
    ...{ started, said, told },
    look: () => lookAtFailure(context, { commit: HEAD, digest: "d" }),
    round: (more: object = {}) => startRound(context, { ...failure, ...more }),
    note: () => steps.get("task:t ci")?.result,
  };
}

describe("a failure that matters no more when it is looked at", () => {
  it.each<[string, Facts, string]>([
    ["since people pushed", { pull: { headSha: OLDER } }, "no longer the head"],
    ["since the pull request is closed", { pull: { state: "closed" } }, "no longer the head"],
    ["since it is run again", { ci: [{ ...CHECK, state: "running" }] }, "is running again"],
  ])("%s starts nothing, and no test runs", async (_, facts, words) => {
    const { look, told, started } = world(facts);
    await look();
    expect(told).toEqual([expect.stringContaining(words)]);
    expect(started).toEqual([]);
  });

  it("since it passes now is noted so", async () => {
    const { look, note, started } = world({ ci: [{ ...CHECK, state: "passed" }] });
    await look();
    expect(note()).toMatchObject({ commit: HEAD, passes: true });
    expect(started).toEqual([]);
  });
});

describe("a round", () => {
  it("is a fix for whoever asked for the work, with the check's words", async () => {
    const { round, started } = world({ rounds: [OLDER] });
    expect(await round()).toMatchObject({ text: expect.stringContaining("round 2 of 2"), needsYou: null });
    expect(started).toMatchObject([
      { kind: "fix", cause: `ci:${HEAD}`, requestedBy: { login: "maya" }, text: expect.stringContaining("1 problem") },
    ]);
  });

  it("that was started for this commit is not started again, and keeps its number", async () => {
    const { round, started } = world({ rounds: [HEAD, OLDER] });
    expect(await round()).toMatchObject({ text: expect.stringContaining("round 1 of 2") });
    expect(started).toEqual([]);
  });

  it("is never the third: a comment says so, once", async () => {
    const { round, started, said } = world({ rounds: [OLDER, "c".repeat(40)] });
    expect(await round()).toMatchObject({ needsYou: expect.stringContaining("/orion fix") });
    const types = { ...CHECK, id: 2, name: "types" };
    await round({ commit: "d".repeat(40), failed: [{ check: types, words: WORDS }] });
    expect(started).toEqual([]);
    expect(said).toEqual([expect.stringMatching(/^#2 .*\n@maya .*stop here/)]);
  });

  it("is not for who may no longer write", async () => {
    const { round, started } = world({ role: "read" });
    expect(await round()).toMatchObject({ text: expect.stringContaining("may no longer write") });
    expect(started).toEqual([]);
  });
});
