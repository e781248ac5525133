/** The last comment of a run: said once, at the next best place where the first is locked. */
import { describe, expect, it } from "vitest";
import { OrionError } from "../../../src/domain/errors.ts";
import { openLedger } from "../../../src/domain/ledger.ts";
import type { StepRecord } from "../../../src/domain/ports/store-port.ts";
import type { RunContext } from "../../../src/runs/run-context.ts";
import { lastWord } from "../../../src/runs/words/last-word.ts";

const SAYS = { key: "ready-comment", mark: "ready", where: 2, words: "Done." };
const SAID = "<!-- orion:run=r:ready -->\nDone.";

/** A conversation on issue 1 and pull request 2. @param refuses by number, the code of what it answers */
function world(refuses: Readonly<Record<number, Uppercase<string>>> = {}) {
  const comments: { readonly at: number; readonly body: string }[] = [];
  const log: string[] = [];
  let step: StepRecord | null = null;
  const put = (state: StepRecord["state"], result: unknown): StepRecord => {
    step = { scope: "run:r", key: SAYS.key, state, result, createdAt: new Date(0) };
    return step;
  };
  const store = {
    step: async () => step,
    intendStep: async () => put("intent", null),
    completeStep: async (_: unknown, __: string, ___: string, result: unknown) => void put("done", result),
  };
  const github = {
    findComment: async (_: unknown, at: number, marker: string) => {
      const index = comments.findIndex((one) => one.at === at && one.body.includes(marker));
      return index < 0 ? null : index;
    },
    createComment: async (_: unknown, at: number, body: string) => {
      const code = refuses[at];
      if (code !== undefined) throw new OrionError(code, "no");
      return comments.push({ at, body }) - 1;
    },
  };
  const context = {
    deps: { github, maxTries: 3, redact: (text: string) => text, log: (line: string) => log.push(line) },
    ...{ run: { id: "r", attempt: 1, planShown: null }, task: { issueNumber: 1 }, repository: {} },
    ledger: openLedger(store, null, "run:r"),
    tell: async () => undefined,
  } as unknown as RunContext;
  return { comments, log, say: () => lastWord(context, SAYS), cutOff: () => put("intent", null) };
}

describe("the last word", () => {
  it.each([
    [2, {}],
    [1, { 2: "GITHUB_FORBIDDEN" }],
  ] as const)("stands on #%i, once, also for who was cut off before learning of it", async (at, refuses) => {
    const { comments, say, cutOff } = world(refuses);
    await say();
    await say();
    cutOff();
    await say();
    expect(comments).toEqual([{ at, body: SAID }]);
  });

  it("is left unsaid where everything is locked, and fails nothing", async () => {
    const { comments, log, say } = world({ 1: "GITHUB_FORBIDDEN", 2: "GITHUB_FORBIDDEN" });
    await say();
    expect(comments).toEqual([]);
    expect(log).toEqual([expect.stringContaining("GITHUB_FORBIDDEN")]);
  });

  it("waits for GitHub to answer again, and goes nowhere else meanwhile", async () => {
    const { comments, say } = world({ 2: "GITHUB_UNAVAILABLE" });
    await expect(say()).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
    expect(comments).toEqual([]);
  });
});
