/** What a run does about a branch and a pull request that people move, close or delete at any instant. */
import { describe, expect, it } from "vitest";
import type { Evidence } from "../../src/domain/evidence.ts";
import { featureRef } from "../../src/domain/feature-ref.ts";
import { openLedger } from "../../src/domain/ledger.ts";
import type { StepRecord } from "../../src/domain/ports/store-port.ts";
import { movesSoFar } from "../../src/runs/fix/move-on.ts";
import type { RunContext } from "../../src/runs/run-context.ts";
import { findBase } from "../../src/runs/stages/plan.ts";
import { openPull, push } from "../../src/runs/stages/propose.ts";

const REF = featureRef("feature/x");
const [OURS, THEIRS, BEFORE] = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];

interface Facts {
  readonly kind?: "first" | "fix" | "rebase";
  readonly pull?: object;
  /** where the branch is */
  readonly head?: string | null;
  /** what a push of ours is answered */
  readonly pushed?: object;
  /** what THEIRS has in common with what we push */
  readonly common?: string;
  readonly steps?: Readonly<Record<string, unknown>>;
  readonly round?: number;
}

function world(facts: Facts = {}) {
  const { kind = "fix", pull = {}, head = BEFORE, pushed = { kind: "pushed" }, common = BEFORE, steps = {} } = facts;
  const did: string[] = [];
  const kept = new Map<string, StepRecord>();
  const put = (key: string, state: StepRecord["state"], result: unknown): StepRecord => {
    const record = { scope: "run:r", key, state, result, createdAt: new Date(0) };
    kept.set(key, record);
    return record;
  };
  for (const [key, result] of Object.entries(steps)) put(key, "done", result);
  const store = {
    step: async (_: string, key: string) => kept.get(key) ?? null,
    intendStep: async (_: unknown, __: string, key: string) => put(key, "intent", null),
    completeStep: async (_: unknown, __: string, key: string, result: unknown) => {
      put(key, "done", result);
    },
    updateTask: async (_: string, patch: object) => did.push(JSON.stringify(patch)),
  };
  const git = {
    has: async () => true,
    push: async (_: unknown, request: { expected: string | null }) => {
      did.push(`push on ${request.expected}`);
      return pushed;
    },
    remoteHead: async () => head,
    mergeBase: async () => common,
  };
  const found = { number: 2, state: "open", merged: false, draft: true, body: "old", ...pull };
  const github = {
    defaultBranch: async () => ({ name: "main", sha: "d".repeat(40) }),
    remote: async () => ({}),
    branchHead: async () => head,
    findPull: async () => found,
    pull: async () => found,
    editPull: async () => did.push("edit"),
    markReady: async () => did.push("ready"),
  };
  const context = {
    deps: { store, git, github, redact: (text: string) => text },
    run: { id: "r", kind, baseSha: BEFORE, round: facts.round ?? 1 },
    task: { id: "t", branch: REF, pullRequest: 2, baseBranch: "main", plan: { title: "x" } },
    ...{ repository: { id: 1 }, ledger: openLedger(store, null, "run:r") },
    ...{ mayGoOn: async () => undefined, tell: async () => undefined },
  } as unknown as RunContext;
  return { context, did };
}

describe("a fix begins", () => {
  it("on the branch as it is, and stays there", async () => {
    expect(await findBase(world({ head: THEIRS }).context)).toEqual({ sha: THEIRS, branch: "main" });
  });

  it.each<[string, Facts, string]>([
    ["was closed", { pull: { state: "closed" } }, "PULL_CLOSED"],
    ["was merged", { pull: { state: "closed", merged: true } }, "PULL_CLOSED"],
    ["lost its branch", { head: null }, "BRANCH_GONE"],
  ])("nowhere where the pull request %s since it was asked for", async (_, facts, code) => {
    await expect(findBase(world(facts).context)).rejects.toMatchObject({ code });
  });
});

describe("a push", () => {
  it.each([
    ["a fix", "fix", `push on ${BEFORE}`],
    ["a first run", "first", "push on null"],
  ] as const)("of %s expects to find what it built on", async (_, kind, words) => {
    const { context, did } = world({ kind });
    expect(await push(context, REF, OURS)).toBeNull();
    expect(did).toEqual([words, JSON.stringify({ pushedSha: OURS })]);
  });

  const stale = { pushed: { kind: "stale", actual: THEIRS }, head: THEIRS, kind: "rebase" } as const;
  it("that somebody was quicker than is not made, and what stands is told", async () => {
    const { context, did } = world({ ...stale, common: BEFORE });
    expect(await push(context, REF, OURS)).toMatchObject({ kind: "give-up", code: "BRANCH_MOVED" });
    expect(did).toEqual([`push on ${BEFORE}`]);
  });

  it("that arrived, and was built on before its worker learned of it, moved nothing away", async () => {
    const { context, did } = world({ ...stale, common: OURS });
    expect(await push(context, REF, OURS)).toBeNull();
    expect(did.at(-1)).toBe(JSON.stringify({ pushedSha: OURS }));
  });
});

describe("the pull request after a push", () => {
  const opened = (pull: object) => {
    const { context, did } = world({ pull, steps: { pull: 2 } });
    const evidence = { plan: { kind: "feat", title: "x" } } as unknown as Evidence;
    return { did, pull: openPull(context, { head: REF, base: "main", body: "new" }, evidence) };
  };

  it("gets its words and is ready", async () => {
    const { did, pull } = opened({});
    expect(await pull).toMatchObject({ number: 2 });
    expect(did.slice(1)).toEqual(["edit", "ready"]);
  });

  it("that was merged as it was pushed is left as it is", async () => {
    const { did, pull } = opened({ state: "closed", merged: true });
    expect(await pull).toMatchObject({ merged: true });
    expect(did).toHaveLength(1);
  });

  it("that was closed meanwhile is not called ready", async () => {
    await expect(opened({ state: "closed" }).pull).rejects.toMatchObject({ code: "PULL_CLOSED" });
  });
});

it("rounds that began because people pushed are counted, and no others", async () => {
  const steps = { "moved-2": {}, "findings-2": "x", "moved-4": {} };
  expect(await movesSoFar(world({ steps, round: 3 }).context)).toBe(1);
  expect(await movesSoFar(world({ steps, round: 4 }).context)).toBe(2);
});
