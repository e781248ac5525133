/** What the living comment says, and that it always fits, whatever a plan holds. */
import { describe, expect, it } from "vitest";
import { planSchema } from "../../../src/domain/plan.ts";
import type { Run, RunEvent, Task } from "../../../src/domain/task.ts";
import { type StickyFacts, stickyText } from "../../../src/runs/words/sticky-text.ts";

const NOW = new Date("2026-11-27T12:06:12Z");
const plan = planSchema.parse({
  ...{ title: "Add SlackTool", goal: "Orion can write to Slack.", files: ["src/tools/slack-tool.ts"] },
  criteria: [{ text: "it sends" }, { text: "it says what is missing" }],
});
const task = {
  ...{ id: "t-1", title: "Add SlackTool", requester: { id: 7, login: "maya" }, status: "open", plan, budgetUsd: 5 },
  ...{ pullRequest: null, branch: "feature/slack-tool" },
} as Task;
const run = {
  ...{ id: "r-1", ordinal: 1, kind: "first", status: "running", stage: "green", round: 1, plan, failure: null },
  ...{ baseSha: "a1b2c3d4".repeat(5), headSha: null, startedAt: new Date("2026-11-27T12:00:00Z"), endedAt: null },
  ...{ createdAt: NOW, waitsFor: null },
} as unknown as Run;
const facts = (more: Partial<StickyFacts> = {}): StickyFacts => ({
  ...{ task, run, events: [], spent: { usd: 0.84, inputTokens: 40_000, outputTokens: 1_000 }, redTests: 3 },
  ...{ scripted: false, runPage: "https://orion.example/runs/r-1", pausedBy: null, warning: null, now: NOW },
  ...{ ci: null, deploy: null, reviewed: true, approvedBy: null, onto: null, conflict: null },
  ...more,
});

describe("the living comment", () => {
  it("reads as it should in the middle of the work", () => {
    expect(stickyText(facts())).toBe(
      [
        "<!-- orion:task=t-1 -->",
        "### Orion · Add SlackTool: ⏳ green (3/7)",
        "| Plan | Red | Green | Verify | Propose | Merge | Deploy |\n|---|---|---|---|---|---|---|\n| ✅ | ✅ 3 fail | ⏳ round 1/3 | – | – | – | – |",
        "- [x] Plan, asked for by maya\n- [x] Tara: 3 tests fail on `a1b2c3d` for the right reason\n- [ ] Devon: `src/tools/slack-tool.ts`\n- [ ] The host runs the whole suite on the exact commit; a reviewer reads it\n- [ ] Pull request",
        "**Needs you:** nothing",
        "<details><summary>acceptance criteria · files · last events</summary>",
        "Orion can write to Slack.",
        "1. it sends\n2. it says what is missing",
        "**Files**",
        "- `src/tools/slack-tool.ts`",
        "*Tara writes the tests, Devon the code; the host, no model, runs both.*",
        "</details>",
        "⏱ 6m12s · 41k tokens · $0.84 of $5.00 · `feature/slack-tool` · [run page](https://orion.example/runs/r-1)",
      ].join("\n\n"),
    );
  });

  it.each([
    ["Orion, add multiply(a, b)", "add multiply(a, b)"],
    ["orion: faster", "faster"],
    ["Orion,", "Orion,"],
    ["Orion is slow", "Orion is slow"],
  ])("calls %j %j until there is a plan", (title, shown) => {
    const text = stickyText(facts({ task: { ...task, title, plan: null } }));
    expect(text).toContain(`### Orion · ${shown}: ⏳ green`);
  });

  it.each([
    [{ status: "stopped" }, "⏹"],
    [{ status: "waiting", waitsFor: "pause" }, "⏸"],
    [{ status: "waiting", waitsFor: "approval", planShown: null }, "✋"],
    [{ failure: { code: "ROUNDS_SPENT", because: "x" } }, "❌"],
  ] as const)("shows no work where %j rests", (rests, sign) => {
    const text = stickyText(facts({ run: { ...run, ...rests } }));
    expect(text).toContain(`| ✅ | ✅ 3 fail | ${sign} | – | – | – | – |`);
  });

  it.each([
    ["comment:1", null, "Plan of the fix, asked for by mara"],
    ["comment:1", "maya", "Plan of the fix, approved by maya"],
    [`ci:${"c1".repeat(20)}`, null, "Plan of the fix, since the repository's CI failed on `c1c1c1c`"],
  ])("says whose wish a fix is (%s, approved by %s)", (cause, approvedBy, line) => {
    const fix = { ...run, kind: "fix", cause, requestedBy: { id: 8, login: "mara" } } as const;
    const text = stickyText(facts({ run: fix, approvedBy }));
    expect(text).toContain("### Orion · Add SlackTool: ⏳ fix: green (3/7)");
    expect(text).toContain(`- [x] ${line}`);
  });

  it("names the remedy of what went wrong", () => {
    const failure = { code: "DEFAULT_BRANCH_UNPROTECTED", because: "x" };
    expect(stickyText(facts({ run: { ...run, status: "failed", failure } }))).toContain(
      "**Needs you:** read why in the comment below. Once it is protected, `/orion retry` goes on.",
    );
  });

  it.each([
    ["first", true, "commit; a reviewer reads it\n"],
    ["first", false, "commit; no review took place\n"],
    ["rebase", null, "commit\n"],
    ["rebase", true, "commit; a reviewer reads what Devon decided\n"],
    ["rebase", false, "commit; no review took place\n"],
  ] as const)("says of a %s whether a reviewer reads it: %j", (kind, reviewed, words) => {
    const text = stickyText(
      facts({ run: { ...run, kind, requestedBy: task.requester }, task: { ...task, baseBranch: "main" }, reviewed }),
    );
    expect(text).toContain(`- [ ] The host runs the whole suite on the exact ${words}`);
  });

  it("says what the repository's CI says, and what a person should do about it", () => {
    const ci = { passes: false, text: "The repository's CI failed on `a1b2c3d`", needsYou: "look at the checks" };
    const text = stickyText(facts({ ci, run: { ...run, status: "done", stage: "propose" } }));
    expect(text).toContain("### Orion · Add SlackTool: ⚠️ ready, but the repository's CI fails");
    expect(text).toContain("- [ ] The repository's CI failed on `a1b2c3d`\n\n**Needs you:** look at the checks");
  });

  it("fits with a huge plan: head and foot are whole, what is open is closed, and events go before the plan", () => {
    const hostile = "@octocat <img src=x> & `code` ~ * _ ".repeat(40);
    const huge = planSchema.parse({
      ...{ title: "x".repeat(120), goal: hostile, files: Array.from({ length: 3_000 }, (_, n) => `src/${n}/a.ts`) },
      criteria: Array.from({ length: 20 }, () => ({ text: hostile })),
    });
    const events = Array.from(
      { length: 30 },
      (_, n): RunEvent => ({
        ...{ taskId: "t-1", runId: "r-1", kind: "x", text: `${n} ${hostile}`, at: NOW },
      }),
    );
    const text = stickyText(facts({ run: { ...run, plan: huge }, events }));
    expect(text.length).toBeGreaterThan(50_000);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toMatch(/^<!-- orion:task=t-1 -->/);
    expect(text).toContain("the rest of the plan is on the run page");
    expect(text.match(/<details>/g)).toHaveLength(1);
    expect(text.indexOf("</details>")).toBeGreaterThan(text.indexOf("12:06:12 29 "));
    expect(text.endsWith("[run page](https://orion.example/runs/r-1)")).toBe(true);
    expect(text.match(/^- 12:06:12/gm)).toHaveLength(20);
  });
});
