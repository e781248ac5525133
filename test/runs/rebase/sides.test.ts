/** What a rebase is about is fixed once; what is a person's, and what earlier runs left, is told apart. */
import { describe, expect, it } from "vitest";
import { openLedger } from "../../../src/domain/ledger.ts";
import type { StepRecord } from "../../../src/domain/ports/store-port.ts";
import { refuseConflict } from "../../../src/runs/rebase/begin.ts";
import { findSides } from "../../../src/runs/rebase/merge-of.ts";
import { frozenTests } from "../../../src/runs/rebase/see-merge.ts";
import type { RunContext } from "../../../src/runs/run-context.ts";

type Heads = Readonly<Record<string, string | null>>;

function world(task: object = {}, pull: object = {}) {
  const kept = new Map<string, StepRecord>();
  const put = (scope: string, key: string, state: StepRecord["state"], result: unknown): StepRecord => {
    const record = { scope, key, state, result, createdAt: new Date(0) };
    kept.set(`${scope} ${key}`, record);
    return record;
  };
  const store = {
    step: async (scope: string, key: string) => kept.get(`${scope} ${key}`) ?? null,
    intendStep: async (_: unknown, scope: string, key: string) => put(scope, key, "intent", null),
    completeStep: async (_: unknown, scope: string, key: string, result: unknown) =>
      void put(scope, key, "done", result),
  };
  let heads: Heads = { "feature/x": "h1", main: "m1" };
  const found = { number: 2, state: "open", merged: false, baseRef: "main", ...pull };
  const github = { pull: async () => found, branchHead: async (_: unknown, branch: string) => heads[branch] ?? null };
  const context = {
    ...{ deps: { store, github }, repository: {}, run: { id: "r3", round: 1 } },
    task: { id: "t", branch: "feature/x", pullRequest: 2, baseBranch: "main", ...task },
    ledger: openLedger(store, null, "run:r3"),
  } as unknown as RunContext;
  const moved = (now: Heads): void => {
    heads = now;
  };
  return { context, put, moved };
}

describe("the sides of a rebase", () => {
  it("are where the run saw them first, whoever goes on with it", async () => {
    const { context, moved } = world();
    const sides = { head: "h1", tip: "m1", branch: "feature/x", into: "main" };
    expect(await findSides(context)).toEqual(sides);
    moved({ "feature/x": "h2", main: "m2" });
    expect(await findSides(context)).toEqual(sides);
  });

  it.each<[string, object, object, Heads | null, string]>([
    ["is not there yet", { pullRequest: null }, {}, null, "NO_PULL_REQUEST"],
    ["is closed", {}, { state: "closed" }, null, "PULL_CLOSED"],
    ["is merged", {}, { state: "closed", merged: true }, null, "PULL_CLOSED"],
    ["has lost its branch", {}, {}, { main: "m1" }, "BRANCH_GONE"],
    ["has lost its base", {}, {}, { "feature/x": "h1" }, "BRANCH_GONE"],
  ])("are none where the pull request %s", async (_, task, pull, heads, code) => {
    const { context, moved } = world(task, pull);
    if (heads !== null) moved(heads);
    await expect(findSides(context)).rejects.toMatchObject({ code });
  });
});

describe("a conflict", () => {
  it("in files that run with privilege later is a person's", () => {
    expect(refuseConflict(["src/a.js", "package.json"], "main")).toBeNull();
    const because = expect.stringMatching(/merge main by hand.*: \.github\/workflows\/ci\.yml$/);
    const refused = { kind: "give-up", code: "NEEDS_A_PERSON", because };
    expect(refuseConflict(["src/a.js", ".github/workflows/ci.yml"], "main")).toEqual(refused);
  });
});

it("tests are frozen that this run and those with evidence left, not those of a run that came to nothing", async () => {
  const { context, put } = world();
  const runs = ["r1", "r2", "r3"].map((id) => ({ id, round: 1 }));
  for (const { id } of runs) put(`run:${id}`, "red-1", "done", { testSha: id, frozen: [`${id}.test.js`], rows: [] });
  const evidence = async (id: string) => (id === "r1" ? { headSha: "h" } : null);
  const store = { ...context.deps.store, runsOf: async () => runs, evidence };
  const frozen = await frozenTests({ ...context, deps: { ...context.deps, store } } as unknown as RunContext);
  expect(frozen).toEqual(["r1.test.js", "r3.test.js"]);
});
