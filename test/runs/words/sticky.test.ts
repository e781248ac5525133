/** The living comment keeps its pace, says the last thing last, and is one comment whoever dies. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openLedger } from "../../../src/domain/ledger.ts";
import type { StepRecord } from "../../../src/domain/ports/store-port.ts";
import { editTurn, openSticky, type Sticky } from "../../../src/runs/words/sticky.ts";

const repository = { id: 900, installationId: 77, owner: "acme", name: "web" };
const GAP_MS = 5_000;
const MARKER = "<!-- orion:task=t -->";

/** What survives a process: GitHub's comment and the store. */
function world() {
  const steps = new Map<string, StepRecord>();
  const settings = new Map<string, unknown>();
  const comments: string[] = [];
  const edits: { readonly at: number; readonly text: string }[] = [];
  const broken = { edits: 0, creates: 0 };
  const opened: Sticky[] = [];
  const store = {
    step: async (scope: string, key: string) => steps.get(`${scope} ${key}`) ?? null,
    intendStep: async (_: unknown, scope: string, key: string) => {
      const known = steps.get(`${scope} ${key}`);
      const intent = known ?? { scope, key, state: "intent" as const, result: null, createdAt: new Date() };
      steps.set(`${scope} ${key}`, intent);
      return intent;
    },
    completeStep: async (_: unknown, scope: string, key: string, result: unknown) => {
      steps.set(`${scope} ${key}`, { scope, key, state: "done", result, createdAt: new Date() });
    },
    amendSetting: async <T>(
      key: string,
      amend: (value: unknown) => { readonly value: unknown; readonly result: T },
    ) => {
      const { value, result } = amend(settings.get(key) ?? null);
      settings.set(key, value);
      return result;
    },
  };
  const state = { text: "first" };
  const github = {
    createComment: async (_: unknown, __: number, body: string) => {
      const id = comments.push(body);
      if (broken.creates-- > 0) throw new Error("the answer was lost");
      return id;
    },
    editComment: async (_: unknown, id: number, body: string) => {
      if (broken.edits-- > 0) throw new Error("away");
      comments[id - 1] = body;
      edits.push({ at: Date.now(), text: body });
    },
    findComment: async () => {
      const at = comments.findIndex((body) => body.includes(MARKER));
      return at < 0 ? null : at + 1;
    },
  };
  const open = (): Sticky => {
    const sticky = openSticky({
      ...{ github, repository, issue: 7, marker: MARKER, ledger: openLedger(store, null, "task:t") },
      ...{ turn: editTurn(store, "t", GAP_MS), gapMs: GAP_MS },
      render: async () => `${MARKER} ${state.text}`,
      log: () => undefined,
    });
    opened.push(sticky);
    return sticky;
  };
  const gaps = () => edits.slice(1).map(({ at }, index) => at - (edits[index]?.at ?? 0));
  return { open, comments, edits, gaps, state, broken, opened };
}

let here: ReturnType<typeof world>;
beforeEach(() => {
  vi.useFakeTimers();
  here = world();
});
afterEach(() => {
  for (const sticky of here.opened) sticky.stop();
  vi.useRealTimers();
});
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
/** Lets a flush that waits for its turn end. */
const flushed = async (sticky: Sticky): Promise<void> => {
  const ended = sticky.flush();
  await pass(30_000);
  await ended;
};

describe("the living comment", () => {
  it("is made at once and not edited to say the same", async () => {
    await here.open().flush();
    expect(here.comments).toEqual([`${MARKER} first`]);
    await pass(5_000);
    expect(here.edits).toEqual([]);
  });

  it("keeps nobody waiting for work that begins, where it is there already", async () => {
    await here.open().show();
    expect(here.comments).toEqual([`${MARKER} first`]);
    here.state.text = "again";
    await here.open().flush();
    here.state.text = "one more run";
    await here.open().show();
    expect(here.edits).toHaveLength(1);
    await pass(10_000);
    expect(here.comments).toEqual([`${MARKER} one more run`]);
  });

  it("is edited at most every five seconds in a storm, and says the last thing last", async () => {
    const sticky = here.open();
    await sticky.flush();
    for (let second = 0; second < 60; second += 1) {
      here.state.text = `second ${second}`;
      sticky.touch();
      await pass(1_000);
    }
    here.state.text = "over";
    await flushed(sticky);
    expect(Math.min(...here.gaps())).toBeGreaterThanOrEqual(5_000);
    expect(here.edits.length).toBeGreaterThan(10);
    expect(here.comments).toEqual([`${MARKER} over`]);
  });

  it("moves at least every ninety seconds while nothing is told", async () => {
    const sticky = here.open();
    await sticky.flush();
    const started = Date.now();
    for (let second = 0; second < 600; second += 1) {
      here.state.text = `elapsed ${second}`;
      await pass(1_000);
    }
    const all = [started, ...here.edits.map(({ at }) => at), Date.now()];
    expect(Math.max(...all.slice(1).map((at, index) => at - (all[index] ?? 0)))).toBeLessThanOrEqual(90_000);
    expect(Math.min(...here.gaps())).toBeGreaterThanOrEqual(5_000);
  });

  it("keeps five seconds between the edits of several hands", async () => {
    const hands = [here.open(), here.open(), here.open()];
    await here.open().flush();
    here.state.text = "changed";
    const all = hands.map((hand) => hand.flush());
    await pass(30_000);
    await Promise.all(all);
    expect(here.edits).toHaveLength(3);
    expect(Math.min(...here.gaps())).toBeGreaterThanOrEqual(5_000);
  });

  it("is the same one after a restart, also when the answer to making it was lost", async () => {
    here.broken.creates = 1;
    await expect(here.open().flush()).rejects.toThrow("lost");
    here.state.text = "second life";
    await flushed(here.open());
    here.state.text = "third life";
    await flushed(here.open());
    expect(here.comments).toEqual([`${MARKER} third life`]);
  });

  it("follows at the next change when it could not be edited, and not after its end", async () => {
    const sticky = here.open();
    await sticky.flush();
    here.broken.edits = 1;
    here.state.text = "lost";
    sticky.touch();
    await pass(6_000);
    here.state.text = "kept";
    sticky.touch();
    await pass(12_000);
    expect(here.comments).toEqual([`${MARKER} kept`]);
    here.state.text = "too late";
    sticky.touch();
    sticky.stop();
    await pass(200_000);
    expect(here.comments).toEqual([`${MARKER} kept`]);
  });
});
