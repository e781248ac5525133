import { describe, expect, it } from "vitest";
import type { HostDeploy, HostStatus } from "../../src/domain/ports/deploy-port.ts";
import type { Incarnation } from "../../src/domain/ports/store/evolution-store.ts";
import { judgeDeploy } from "../../src/evolution/deploy-state.ts";
import { changeBetween, failedWords, liveWords, memoryWords } from "../../src/evolution/what-changed.ts";
import { isOwn } from "../../src/policy/scope/own-repository.ts";

const deploy = (commit: string, status: HostStatus, trigger = "new_commit"): HostDeploy => ({
  id: `dep-${commit}`,
  commit,
  status,
  hostStatus: status === "failed" ? "pre_deploy_failed" : status,
  trigger,
  createdAt: new Date(),
  finishedAt: null,
});

const FAILED = { kind: "failed", hostStatus: "pre_deploy_failed" } as const;

describe("where a merged commit stands", () => {
  const ROLLED_BACK = { kind: "failed", hostStatus: "rolled_back" };
  /** b is what was merged; c and d were pushed on top of it, a was there before, x is on another branch */
  const holds = (commit: string): boolean => ["b", "c", "d"].includes(commit);

  it.each([
    ["nowhere yet", [], { kind: "waiting" }],
    ["nowhere yet, while others are", [deploy("x", "building"), deploy("a", "live")], { kind: "waiting" }],
    ["being built", [deploy("b", "building"), deploy("a", "live")], { kind: "deploying" }],
    ["live", [deploy("b", "live"), deploy("a", "replaced")], { kind: "live", commits: ["b"] }],
    [
      "live once, since replaced",
      [deploy("c", "live"), deploy("b", "replaced")],
      { kind: "live", commits: ["b", "c"] },
    ],
    ["live with what was pushed on top of it", [deploy("c", "live")], { kind: "live", commits: ["c"] }],
    ["being built with what was pushed on top of it", [deploy("c", "building")], { kind: "deploying" }],
    ["failed with what was pushed on top of it", [deploy("c", "failed"), deploy("a", "live")], FAILED],
    ["failed", [deploy("b", "failed"), deploy("a", "live")], FAILED],
    ["failed, then mended on top", [deploy("c", "live"), deploy("b", "failed")], { kind: "live", commits: ["c"] }],
    ["failed, and being mended", [deploy("c", "building"), deploy("b", "failed")], { kind: "deploying" }],
    [
      "live, then deployed again, which failed",
      [deploy("b", "failed", "service_updated"), deploy("b", "live")],
      { kind: "live", commits: ["b"] },
    ],
    [
      "overridden by a newer push that is being built",
      [deploy("c", "building"), deploy("b", "canceled")],
      { kind: "deploying" },
    ],
    [
      "overridden by a newer push that is live",
      [deploy("c", "live"), deploy("b", "canceled")],
      { kind: "live", commits: ["c"] },
    ],
    ["overridden by one that failed", [deploy("c", "failed"), deploy("b", "canceled")], FAILED],
    [
      "overridden twice",
      [deploy("d", "live"), deploy("c", "canceled"), deploy("b", "canceled")],
      { kind: "live", commits: ["d"] },
    ],
    [
      "canceled, then rolled back to an older one",
      [deploy("a", "live", "rollback"), deploy("b", "canceled")],
      { kind: "waiting" },
    ],
    [
      "live, then resumed with the host",
      [deploy("b", "live", "service_resumed"), deploy("b", "replaced")],
      { kind: "live", commits: ["b"] },
    ],
    [
      "rolled back from",
      [deploy("a", "live", "rollback"), deploy("b", "replaced"), deploy("a", "replaced")],
      ROLLED_BACK,
    ],
    [
      "rolled back from, and the older one resumed with the host",
      [deploy("a", "live", "service_resumed"), deploy("a", "replaced", "rollback"), deploy("b", "replaced")],
      ROLLED_BACK,
    ],
    [
      "rolled back from while it was overridden",
      [deploy("a", "live", "rollback"), deploy("c", "replaced"), deploy("b", "canceled")],
      ROLLED_BACK,
    ],
    [
      "rolled back to from a newer one",
      [deploy("b", "live", "rollback"), deploy("c", "replaced"), deploy("b", "replaced")],
      { kind: "live", commits: ["b", "c"] },
    ],
    [
      "rolled back from, then pushed anew with more",
      [deploy("c", "live"), deploy("a", "replaced", "rollback"), deploy("b", "replaced")],
      { kind: "live", commits: ["b", "c"] },
    ],
    ["replaced by one that is not told yet", [deploy("b", "replaced")], { kind: "deploying" }],
  ] as const)("is told: %s", (_, deploys, verdict) => {
    expect(judgeDeploy(deploys, holds)).toEqual(verdict);
  });
});

const incarnation = (more: Partial<Incarnation>): Incarnation => ({
  id: "i",
  version: "1.1.0",
  commit: "abc1234def",
  tools: ["FetchTool", "SlackTool"],
  schema: "s",
  bootedAt: new Date(),
  readyAt: new Date(),
  previousId: null,
  memory: { tasks: { kept: 214, of: 214 }, user_context: { kept: 37, of: 37 } },
  ...more,
});

describe("what is said of a deploy", () => {
  const before = incarnation({ version: "1.0.0", tools: ["FetchTool", "OldTool"] });

  it("names version, memory and tools", () => {
    const now = incarnation({});
    expect(liveWords(now, changeBetween(before, now))).toBe(
      "Live: v1.1.0 (abc1234) (before: v1.0.0), healthy, memory intact (tasks 214/214, user_context 37/37), new tool: SlackTool, tool gone: OldTool",
    );
  });

  it("says loudly when the memory is not what it was", () => {
    expect(memoryWords({ tasks: { kept: 213, of: 214 } })).toBe("**memory NOT intact** (tasks 213/214)");
    expect(memoryWords(null)).toContain("not compared");
  });

  it("claims no new tool at the very first boot", () => {
    expect(changeBetween(null, incarnation({}))).toMatchObject({ gained: [], lost: [] });
  });

  it("says what keeps serving and what puts it right", () => {
    const facts = { commit: "abc1234def", hostStatus: "pre_deploy_failed", serving: before };
    expect(failedWords({ ...facts, revert: { number: 9 } })).toMatch(
      /v1\.0\.0.*keeps serving[\s\S]*#9[\s\S]*kill-switch/,
    );
    expect(failedWords({ ...facts, serving: null, revert: { refused: "It cannot be undone." } })).toMatch(
      /What served before keeps serving[\s\S]*It cannot be undone\.[\s\S]*kill-switch/,
    );
  });
});

describe("Orion's own repository", () => {
  const repository = { id: 1, installationId: 1, owner: "Acme", name: "Orion" };
  it("is known however it is capitalised, and only when it is named", () => {
    expect(isOwn(repository, "acme/orion")).toBe(true);
    expect(isOwn(repository, "acme/other")).toBe(false);
    expect(isOwn(repository, null)).toBe(false);
  });
});
