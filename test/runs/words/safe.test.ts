import { describe, expect, it } from "vitest";
import type { Run, Task } from "../../../src/domain/task.ts";
import { commitMessage } from "../../../src/runs/words/commits.ts";
import { codeSpan, safe } from "../../../src/runs/words/safe.ts";

const LIVE = /(?<![\\\w])@[a-z]|<img|(?<!\\)#\d|https?:\/\/(?!\u200d)/i;

describe("words in a comment of Orion's", () => {
  it("are one line in which nothing is live", () => {
    const shown = safe("closes #5\n\n@octocat <img src=https://evil.example/x> [a](https://evil.example)");
    expect(shown).not.toContain("\n");
    expect(shown.replaceAll("@\u200d", "").replaceAll("#\u200d", "")).not.toMatch(LIVE);
  });

  it("stay so wherever they are cut", () => {
    const hostile = "`@octocat <img src=https://evil.example/x> closes #1 aaaaaaaaaaaa`";
    for (let max = 5; max <= hostile.length; max += 1) {
      const shown = safe(hostile, max);
      const outside = shown
        .replace(/`[^`]*`/g, "")
        .replaceAll("@\u200d", "")
        .replaceAll("#\u200d", "")
        .replaceAll(":\u200d", "");
      expect(outside, `${max}: ${shown}`).not.toMatch(LIVE);
    }
  });

  it("are no longer than they may be", () => {
    expect(safe("word ".repeat(100), 20)).toBe("word word word word…");
  });

  it("show a path as code, whatever stands in its name", () => {
    expect(codeSpan("src/a b.ts")).toBe("`src/a b.ts`");
    expect(codeSpan("x`\n\n@octocat | <img>")).toBe("`x @octocat <img>`");
    expect(codeSpan("```")).toBe("` `");
  });
});

describe("a commit's message", () => {
  const person = { id: 7, login: "maya" };
  const task = { id: "t-1", issueNumber: 3 } as Task;
  const run = { requestedBy: person } as Run;

  it("names the requester and the task in its trailers", () => {
    expect(commitMessage({ kind: "feat", title: "add a bell", task, run })).toBe(
      "feat: add a bell\n\nAsked for in #3.\n\nCo-authored-by: maya <7+maya@users.noreply.github.com>\nOrion-Task: t-1\n",
    );
  });

  it("closes no issue and calls nobody by its subject, and is one line of at most 100 characters", () => {
    const message = commitMessage({ kind: "fix", title: `closes #5 for @octocat\n${"long ".repeat(50)}`, task, run });
    const subject = message.split("\n")[0] ?? "";
    expect(subject).toMatch(/^fix: closes 5 for octocat long/);
    expect(subject.length).toBeLessThanOrEqual(100);
    expect(message.split("\n")[1]).toBe("");
  });
});
