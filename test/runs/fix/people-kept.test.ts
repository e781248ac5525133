/** Whose lines they are and whether they stand, in real history: rebased, merged, renamed, in any bytes. */
import { beforeAll, describe, expect, it } from "vitest";
import { openLedger } from "../../../src/domain/ledger.ts";
import type { FileChange } from "../../../src/domain/ports/git-port.ts";
import type { StepRecord, Store } from "../../../src/domain/ports/store-port.ts";
import type { Point, Thread } from "../../../src/domain/task.ts";
import { noteOwnCommit } from "../../../src/runs/fix/own-commits.ts";
import { peopleUndone } from "../../../src/runs/fix/people-kept.ts";
import type { RunContext } from "../../../src/runs/run-context.ts";
import { propose } from "../../../src/runs/stages/propose.ts";
import { originGit, seed } from "../../git/support/backend.ts";
import { AT, AUTHOR, REPOSITORY, useRoom, write } from "../../git/support/room.ts";

const room = useRoom();
const BINARY = { mode: "100644", data: Buffer.from([0, 1, 2, 10, 0, 3]) };
const MAIN = { "a.js": "a1\na2\na3\n", "z.js": "z\n" };
const BY_ORION = { ...MAIN, "a.js": "a1\na2\norion\na3\n", "own.js": "o1\no2\n" };
const BY_HAND = { ...BY_ORION, "a.js": "a1\na2\norion\nby hand\na3\n", "notes.md": "n1\nn2\n", "pic.bin": BINARY };
const AFTER: Readonly<Record<string, string>> = { "a.js": BY_HAND["a.js"], "notes.md": BY_HAND["notes.md"] };

let main = "";
let orion = "";
let head = "";

beforeAll(async () => {
  const { origin, git, remote } = room();
  main = seed(origin, "main", MAIN);
  orion = seed(origin, "feature/x", BY_ORION, main);
  head = seed(origin, "feature/x", BY_HAND, orion);
  await git.fetch(remote);
});

function storeOf(made: readonly string[]): Store {
  const kept = new Map<string, StepRecord>();
  const put = (scope: string, key: string, state: StepRecord["state"], result: unknown): StepRecord => {
    const record = { scope, key, state, result, createdAt: AT };
    kept.set(`${scope} ${key}`, record);
    return record;
  };
  return {
    step: async (scope: string, key: string) => kept.get(`${scope} ${key}`) ?? null,
    intendStep: async (_: unknown, scope: string, key: string) => put(scope, key, "intent", null),
    completeStep: async (_: unknown, scope: string, key: string, result: unknown) => {
      put(scope, key, "done", result);
    },
    runsOf: async () => made.map((id) => ({ id })),
    evidence: async (id: string) => ({ testSha: null, headSha: id }),
  } as unknown as Store;
}

interface Facts {
  readonly base?: string;
  readonly made?: readonly string[];
  readonly points?: readonly Point[];
}

function contextOf({ base = head, made = [orion], points = [] }: Facts = {}): RunContext {
  const store = storeOf(made);
  const { git, remote } = room();
  const branchHead = (_: unknown, branch: string) => git.remoteHead(remote, branch);
  return {
    deps: { store, git, github: { remote: async () => remote, branchHead } },
    run: { kind: "fix", baseSha: base, points },
    task: { id: "t", baseBranch: "main" },
    repository: { id: REPOSITORY },
    ledger: openLedger(store, null, "run:1"),
  } as unknown as RunContext;
}

/** What stands against a fix that makes these changes. */
async function against(changes: readonly FileChange[], context = contextOf()): Promise<string | null> {
  const parent = context.run.baseSha ?? "";
  const request = { repositoryId: REPOSITORY, parent, changes, message: "fix", author: AUTHOR, at: AT };
  return peopleUndone(context, await room().git.commit(request));
}

const changed = (path: string, from: string, to: string) => write(path, (AFTER[path] ?? "").replace(from, to));
const point = (words: string, thread: Partial<Thread> | null = null): Point => ({
  id: 1,
  words,
  thread: thread && {
    ...{ comment: 1, path: "a.js", line: 4, startLine: null, side: "RIGHT", commit: head, outdated: false },
    ...{ hunk: "", before: [], ...thread },
  },
});

describe("a fix", () => {
  it("may change what Orion and the base brought, and build around people's lines", async () => {
    expect(await against([write("a.js", "A1\norion, better\nby hand\nmore\n"), write("own.js", "")])).toBeNull();
    expect(await against([write("notes.md", "n1\nbetween\nn2\nn3"), { kind: "delete", path: "own.js" }])).toBeNull();
    expect(await against([write("notes.md", "n1\nn2\n", "100755")])).toBeNull();
  });

  const delta: readonly (readonly [string, readonly FileChange[], string])[] = [
    ["takes a line away", [changed("a.js", "by hand\n", "")], "a.js:4: by hand"],
    ["changes a line", [changed("a.js", "by hand", "by hand;")], "a.js:4: by hand"],
    ["reformats a file", [changed("notes.md", "n1\nn2\n", "n1\r\nn2\r\n")], "notes.md:1: n1"],
    ["deletes a file", [{ kind: "delete", path: "notes.md" }], "notes.md:2: n2"],
    ["moves a file", [{ kind: "delete", path: "notes.md" }, write("docs/notes.md", "n1\nn2\n")], "notes.md:1: n1"],
    ["replaces a picture", [write("pic.bin", "\0other")], "- pic.bin"],
  ];
  it.each(delta)("that %s of people's is refused, with what is gone", async (_, changes, told) => {
    const refusal = await against(changes);
    expect(refusal).toContain(told);
    expect(refusal).toContain("Put them back");
  });
});

it("a commit that undoes people's lines is not pushed, whoever let it through", async () => {
  const context = contextOf();
  const request = { repositoryId: REPOSITORY, parent: head, message: "fix", author: AUTHOR, at: AT };
  const headSha = await room().git.commit({ ...request, changes: [changed("a.js", "by hand\n", "")] });
  const [plan, none] = [{ criteria: [] }, { passed: 1, failed: 0, skipped: 0 }];
  const evidence = { plan, baseSha: head, testSha: null, headSha, rows: [], suite: { before: none, after: none } };
  const store = { ...context.deps.store, evidence: async () => evidence };
  const proposed = propose({
    ...{ ...context, task: { ...context.task, branch: "feature/x" } },
    deps: { ...context.deps, store },
  } as unknown as RunContext);
  expect(await proposed).toMatchObject({ kind: "give-up", code: "PEOPLE_UNDONE" });
});

describe("a line that a person asks to have changed", () => {
  const dropped = () => [changed("a.js", "by hand\n", "")];
  it.each([
    ["in a thread on it", () => point("drop it", {})],
    ["in a thread on lines around it", () => point("drop it", { startLine: 3, line: 5 })],
    ["by its place in words", () => point("drop a.js:4, please")],
  ])("may change: %s", async (_, asked) => {
    expect(await against(dropped(), contextOf({ points: [asked()] }))).toBeNull();
  });

  it.each([
    ["a thread on its neighbour", () => point("drop it", { line: 3 })],
    ["a thread on the whole file", () => point("drop it", { line: null })],
    ["a thread on the other side", () => point("drop it", { side: "LEFT" })],
    ["a thread on a commit where that number was another line", () => point("drop it", { commit: orion })],
    ["a thread on a commit that is gone", () => point("drop it", { commit: "1".repeat(40) })],
    ["a thread on that line of another file", () => point("drop it", { path: "z.js" })],
    ["another file of that name", () => point("drop src/a.js:4")],
    ["words without a line", () => point("drop what a.js says by hand")],
  ])("may not for %s", async (_, asked) => {
    expect(await against(dropped(), contextOf({ points: [asked()] }))).toContain("a.js:4: by hand");
  });
});

describe("Orion's own lines", () => {
  const mended = (text: string) => [write("a.js", text)];

  it("stay its own when a person rebases them, and are a person's once that person has changed them", async () => {
    const { origin, git, remote } = room();
    const newer = { ...MAIN, "z.js": "z\nz2\n" };
    const newMain = seed(origin, "main", newer, main);
    const rebased = seed(origin, "feature/y", { ...BY_ORION, "z.js": "z\nz2\n" }, newMain);
    const amended = seed(
      origin,
      "feature/z",
      { ...BY_ORION, "a.js": "a1\na2\nORION\na3\n", "z.js": "z\nz2\n" },
      newMain,
    );
    await git.fetch(remote);
    expect(await against(mended("a1\na2\na3\n"), contextOf({ base: rebased }))).toBeNull();
    expect(await against(mended("a1\na2\na3\n"), contextOf({ base: amended }))).toContain("a.js:3: ORION");
    const merge = originGit(origin, [
      "-c",
      "user.name=P",
      "-c",
      "user.email=p@example.org",
      "commit-tree",
      `${head}^{tree}`,
      "-p",
      head,
      "-p",
      newMain,
      "-m",
      "merge",
    ]).trim();
    originGit(origin, ["update-ref", "refs/heads/feature/m", merge]);
    await git.fetch(remote);
    // what came in by a merge of the base is nobody's here
    expect(await against([write("z.js", "other\n")], contextOf({ base: merge }))).toBeNull();
  });

  it("are those of a commit that was noted, and nobody's word else", async () => {
    const { origin, git, remote } = room();
    const noted = seed(origin, "feature/n", { ...MAIN, "a.js": "a1\nnoted\na2\na3\n" }, main);
    await git.fetch(remote);
    const context = contextOf({ base: noted, made: [] });
    expect(await against(mended("a1\na2\na3\n"), context)).toContain("a.js:2: noted");
    await noteOwnCommit(context, noted);
    expect(await against(mended("a1\na2\na3\n"), context)).toBeNull();
  });
});
