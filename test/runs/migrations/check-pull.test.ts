/** The check of a pull request, by its logic alone: what is put when, and what is never left behind. */
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/domain/ports/git-port.ts";
import type { Check } from "../../../src/domain/ports/github-port.ts";
import type { Sandbox, SandboxHome } from "../../../src/domain/ports/sandbox-port.ts";
import type { StepRecord } from "../../../src/domain/ports/store-port.ts";
import { type CheckDeps, checkPull } from "../../../src/runs/migrations/check-pull.ts";
import { type Files, memoryGit } from "./support/memory-git.ts";
import { NEXT, PROJECT } from "./support/speaking-project.ts";

const REPOSITORY = { id: 1, installationId: 2, owner: "ada", name: "engine" };
const PULL = { repositoryId: 1, pullRequest: 7, last: false };
const UNIQUE = "CREATE UNIQUE INDEX u ON pets (name);\n";
const HELD = { kind: "proven", figures: { version: "15", tables: 1, rows: 6, empty: [], statements: 8 }, ms: 9 };
const NO_WAIT = { ms: 0, table: "" };
const CASE = {
  ...{
    name: "change",
    failure: null,
    rowsChanged: [],
    lost: [],
    bound: [],
    answers: [],
    traffic: null,
    again: null,
    ms: 1,
  },
  waits: { reader: NO_WAIT, writer: NO_WAIT },
};

let put: Check[];
let approved: Set<string>;
let tried: number;
const open = new AbortController().signal;

beforeEach(() => {
  put = [];
  approved = new Set();
  tried = 0;
});

/** @param onTry what happens while the change is tried */
function depsOf(head: Files, onTry: () => void = () => undefined): CheckDeps {
  const steps = new Map<string, StepRecord>();
  const keep = (scope: string, key: string, state: StepRecord["state"], result: unknown): StepRecord => {
    const step = { scope, key, state, result, createdAt: new Date(0) };
    steps.set(`${scope} ${key}`, step);
    return step;
  };
  const git: Git = {
    ...memoryGit({ base: PROJECT, head }),
    has: async () => true,
    mergeBase: async () => "base",
  };
  const pull = { number: 7, headSha: "head", baseRef: "main" };
  return {
    git,
    home: homeOf(() => {
      tried += 1;
      onTry();
    }),
    github: {
      pull: async () => pull as Awaited<ReturnType<CheckDeps["github"]["pull"]>>,
      branchHead: async () => "base",
      remote: async () => ({}) as Awaited<ReturnType<CheckDeps["github"]["remote"]>>,
      putCheck: async (_, check) => put.push(check),
    },
    store: {
      repository: async () => REPOSITORY,
      queueCheck: async () => undefined,
      approved: async (_, __, subjects) => new Set(subjects.filter((one) => approved.has(one))),
      saveApproval: async () => undefined,
      approvalOf: async () => null,
      withdrawApproval: async () => undefined,
      step: async (scope, key) => steps.get(`${scope} ${key}`) ?? null,
      intendStep: async (_, scope, key) => keep(scope, key, "intent", null),
      completeStep: async (_, scope, key, result) => void keep(scope, key, "done", result),
    },
  };
}

/** A home whose sandboxes answer the proof, and know no setting up. */
function homeOf(onTry: () => void): SandboxHome {
  const sandbox = {
    exec: async () => {
      onTry();
      const output = JSON.stringify({ ...HELD, cases: [CASE] });
      return { exitCode: 0, timedOut: false, outOfMemory: false, output, durationMs: 1 };
    },
    writeFile: async () => undefined,
    readFile: async () => null,
    close: async () => undefined,
  };
  const home: Partial<SandboxHome> = {
    kind: "docker",
    open: async () => sandbox as Partial<Sandbox> as Sandbox,
    prepare: async ({ key }) => ({ key, reference: "image" }),
  };
  return home as SandboxHome;
}

describe("the check of a pull request", () => {
  it("is in progress first, and completed last, as one check", async () => {
    await checkPull(depsOf({ ...PROJECT, [NEXT]: "ALTER TABLE pets ADD nick text;\n" }), PULL, open);
    expect(put.map(({ status, conclusion }) => [status, conclusion])).toEqual([
      ["in_progress", undefined],
      ["completed", "success"],
    ]);
    expect(new Set(put.map(({ externalId }) => externalId))).toEqual(new Set(["migrations:7:head"]));
  });

  it("is not put where no migration is touched", async () => {
    await checkPull(depsOf({ ...PROJECT, "README.md": "# more\n" }), PULL, open);
    expect(put).toEqual([]);
  });

  it("that waits for a maintainer turns green by the yes alone: nothing is tried a second time", async () => {
    const deps = depsOf({ ...PROJECT, [NEXT]: UNIQUE });
    await checkPull(deps, PULL, open);
    expect(put.at(-1)?.conclusion).toBe("action_required");
    const before = tried;
    const hash = /`([0-9a-f]{12})`/.exec(put.at(-1)?.summary ?? "")?.[1] ?? "";
    const sha256 = createHash("sha256").update(UNIQUE).digest("hex");
    expect(sha256.startsWith(hash)).toBe(true);
    approved.add(sha256);
    await checkPull(deps, PULL, open);
    expect(put.slice(2).map(({ conclusion }) => conclusion)).toEqual(["success"]);
    expect(tried).toBe(before);
  });

  it("of a worker that shuts down meanwhile stays in progress, whatever the broken trial gave", async () => {
    const stopping = new AbortController();
    const deps = depsOf({ ...PROJECT, [NEXT]: "ALTER TABLE pets ADD nick text;\n" }, () => stopping.abort());
    await expect(checkPull(deps, PULL, stopping.signal)).rejects.toThrow();
    expect(put.map(({ status }) => status)).toEqual(["in_progress"]);
  });

  it("that broke too often says that nothing is known, and is not green", async () => {
    await checkPull(depsOf({ ...PROJECT, [NEXT]: "SELECT 1;\n" }), { ...PULL, last: true }, open);
    expect(put).toMatchObject([{ status: "completed", conclusion: "failure", title: "could not be judged" }]);
    expect(tried).toBe(0);
  });
});
