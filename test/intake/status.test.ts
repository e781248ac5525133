import { describe, expect, it } from "vitest";
import { openLedger } from "../../src/domain/ledger.ts";
import { statusText } from "../../src/intake/status/status-text.ts";
import { deliver, hub, opened, proposed, runs, store, task } from "./intake-rig.ts";
import { commentPayload, issuesPayload } from "./payload-maker.ts";

const asks = async (id: number, issue = {}) => {
  await deliver("issue_comment", commentPayload("/orion status", { id, issue }));
  return hub.comments.at(-1)?.body ?? "";
};

describe("`status`", () => {
  it("counts whose turn comes before, and not the questions", async () => {
    await deliver("issues", issuesPayload("opened", { number: 1, title: "Orion, first" }));
    await deliver("issues", issuesPayload("opened", { number: 2, title: "Orion, second" }));
    await deliver("issue_comment", commentPayload("/orion ask why?", { id: 1, issue: { number: 2 } }));
    await deliver("issues", opened);
    expect(await asks(2)).toContain("2 runs wait before it in the queue.");
    expect(await asks(3, { number: 2 })).toContain("One run waits before it in the queue.");
    expect(hub.comments.at(-1)?.body).toContain("One question is being answered.");
    const [first] = await store.runsOf((await store.taskByIssue(900, 1))?.id ?? "");
    await store.claimRun(first?.id ?? "");
    expect(await asks(4)).toContain("One run waits before it in the queue.");
  });

  it("tells stage, round, tokens, the cap and who set it, and where to look", async () => {
    await deliver("issues", opened);
    const [run] = await runs();
    const held = { runId: run?.id ?? "", attempt: 1 };
    await store.claimRun(held.runId);
    await store.updateRun(held, { stage: "verify", round: 2 });
    await store.updateTask(run?.taskId ?? "", { budget: { usd: 8, by: "mara" } });
    await store.saveTurn(held, {
      ...{ runId: held.runId, role: "green", thread: "green-1", ordinal: 1, text: "", calls: [], raw: null },
      ...{ results: [], notes: [], costUsd: 0.84, model: "m" },
      usage: { inputTokens: 40_000, cachedTokens: 30_000, outputTokens: 1_400 },
    });
    await openLedger(store, null, `task:${run?.taskId}`).once("sticky", async () => 77);
    const said = await asks(1);
    expect(said).toMatch(/Run 1 is \*\*running\*\*, stage verify, round 2 of 3, for \d+s\./);
    expect(said).toContain("$0.84 of $8.00 (set by mara) · 41k tokens");
    expect(said).toContain("[what happens](https://hub.example/acme/web/issues/7#issuecomment-77)");
    expect(said).toContain(`[run page](https://orion.example/runs/${held.runId})`);
    expect(said).not.toContain("queue");
    expect(hub.comments).toHaveLength(1);
  });

  it("tells of a pause, also where there is no task", async () => {
    hub.roles.set("ada", "admin");
    await deliver("issue_comment", commentPayload("/orion pause", { id: 1 }));
    expect(await asks(2)).toMatch(/I have no task here.*paused by ada/s);
  });

  it("tells how work that failed goes on, and that a merged task is over", async () => {
    const taskId = await proposed();
    const run = (await store.runsOf(taskId))[0];
    if (run === undefined) throw new Error("no run");
    const facts = { questions: 0, before: null, pausedBy: undefined, livingComment: null, runPage: null };
    const spent = { usd: 0, inputTokens: 0, outputTokens: 900 };
    const now = new Date();
    const at = { ...facts, spent, now };
    const failed = { ...run, status: "failed", failure: { code: "ROUNDS_SPENT", because: "x" } } as const;
    const open = await task();
    if (open === null) throw new Error("no task");
    expect(statusText({ ...at, task: open, run: failed })).toMatch(
      /^Run 1 \*\*failed\*\* at plan, after \d+s: three rounds did not make it right\. `\/orion retry` goes on/,
    );
    expect(statusText({ ...at, task: { ...open, status: "merged" }, run: failed })).toContain("This task is merged.");
    expect(statusText({ ...at, task: open, run: null })).toContain("`/orion go` begins it");
    expect(statusText({ ...at, task: open, run })).toContain("pull request #31");
    expect(statusText({ ...at, task: open, run })).toContain("· 900 tokens");
  });
});
