/** Each thread gets its own answer, once, and only what was fixed is resolved; what cannot be said there is not claimed. */
import { describe, expect, it } from "vitest";
import { OrionError } from "../../../src/domain/errors.ts";
import { openLedger } from "../../../src/domain/ledger.ts";
import type { StepRecord } from "../../../src/domain/ports/store-port.ts";
import type { Point } from "../../../src/domain/task.ts";
import { answerThreads } from "../../../src/runs/fix/answer-threads.ts";
import type { PointOutcome } from "../../../src/runs/fix/outcomes.ts";
import { knownOf } from "../../../src/runs/retry/take-over.ts";
import type { RunContext } from "../../../src/runs/run-context.ts";

const COMMIT = "abcdef1".padEnd(40, "0");
const SHOWN: PointOutcome = { kind: "preserved", tests: [], passed: 3 };
const DISAGREED: PointOutcome = { kind: "disagree", because: "no" };

function point(id: number, comment: number | null): Point {
  const place = { path: "a.js", line: 1, startLine: null, side: "RIGHT", commit: "c", outdated: false } as const;
  return { id, words: "w", thread: comment === null ? null : { ...place, comment, hunk: "", before: [] } };
}

/** @param refuses by comment, the code of what GitHub answers to a reply */
function world(points: readonly Point[], refuses: Readonly<Record<number, Uppercase<string>>> = {}) {
  const did: string[] = [];
  const log: string[] = [];
  const steps = new Map<string, StepRecord>();
  const put = (scope: string, key: string, state: StepRecord["state"], result: unknown): StepRecord => {
    steps.set(key, { scope, key, state, result, createdAt: new Date(0) });
    return { scope, key, state, result, createdAt: new Date(0) };
  };
  const store = {
    step: async (_: string, key: string) => steps.get(key) ?? null,
    intendStep: async (_: unknown, scope: string, key: string) => put(scope, key, "intent", null),
    completeStep: async (_: unknown, scope: string, key: string, result: unknown) =>
      void put(scope, key, "done", result),
  };
  const github = {
    findReply: async () => null,
    replyInThread: async (_: unknown, __: number, comment: number, body: string) => {
      const code = refuses[comment];
      if (code !== undefined) throw new OrionError(code, "no");
      return did.push(`${comment} ${body.split("\n")[1]}`);
    },
    thread: async (_: unknown, __: number, comment: number) => ({ id: `T${comment}`, resolved: comment === 30 }),
    resolveThread: async (_: unknown, id: string) => void did.push(`resolved ${id}`),
  };
  const context = {
    deps: { github, maxTries: 3, redact: (text: string) => text, log: (line: string) => log.push(line) },
    ...{ run: { id: "r", attempt: 1, planShown: null, points }, task: { pullRequest: 2 }, repository: {} },
    ...{ ledger: openLedger(store, null, "run:r"), mayGoOn: async () => undefined, tell: async () => undefined },
  } as unknown as RunContext;
  const answer = (outcomes: readonly PointOutcome[]) =>
    answerThreads(
      context,
      points.flatMap((one, index) => (outcomes[index] === undefined ? [] : [{ point: one, outcome: outcomes[index] }])),
      COMMIT,
    );
  return { did, log, answer, steps };
}

describe("the threads of a fix", () => {
  const points = [point(1, null), point(2, 10), point(3, 20), point(4, 30)];
  const outcomes = [SHOWN, SHOWN, DISAGREED, SHOWN];
  const all = "Done in abcdef1. Behaviour stays as it was: all 3 tests are green.";

  it("are answered one by one, once, and resolved where they were fixed and are open", async () => {
    const { did, answer } = world(points);
    const told = await answer(outcomes);
    expect(did).toEqual([`10 ${all}`, "resolved T10", "20 Disagree, because no", `30 ${all}`]);
    expect(told.map(({ point: { id }, inThread }) => [id, inThread])).toEqual([
      [1, false],
      [2, true],
      [3, true],
      [4, true],
    ]);
    await answer(outcomes);
    expect(did).toHaveLength(4);
  });

  it("that are gone or locked keep none of the others from its answer, and are told apart", async () => {
    const { did, log, answer } = world(points, { 10: "GITHUB_NOT_FOUND", 20: "GITHUB_FORBIDDEN" });
    const told = await answer(outcomes);
    expect(did).toEqual([`30 ${all}`]);
    expect(told.map(({ inThread }) => inThread)).toEqual([false, false, false, true]);
    expect(log).toEqual([expect.stringContaining("thread of comment 20")]);
  });

  it("wait where GitHub does not answer", async () => {
    const { answer } = world(points, { 10: "GITHUB_UNAVAILABLE" });
    await expect(answer(outcomes)).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
  });

  it("that were answered are known to a run that takes over", async () => {
    const { answer, steps } = world(points);
    await answer(points.map(() => SHOWN));
    expect([...steps.keys()].toSorted()).toEqual(knownOf({ points }, []).toSorted());
  });
});
