import { describe, expect, it } from "vitest";
import { type Earlier, type Holds, startAgain } from "../../../src/runs/retry/start-again.ts";

const ALL: Holds = {
  plan: true,
  testsFirst: true,
  base: true,
  moved: false,
  tests: true,
  work: true,
  evidence: true,
  objection: false,
};
const first = (stage: Earlier["stage"], code: string | null): Earlier => ({ kind: "first", stage, code });
const fix = (stage: Earlier["stage"], code: string | null): Earlier => ({ kind: "fix", stage, code });

describe("where a retry begins", () => {
  const CASES: readonly [string, Earlier, Partial<Holds>, string][] = [
    ["a plan that failed", first("plan", "LIMIT_TURNS"), {}, "plan"],
    ["a person who might not, before any plan", first("plan", "NOT_PERMITTED"), { plan: false }, "plan"],
    ["a person who might no longer, in mid-work", first("green", "NOT_PERMITTED"), {}, "green"],
    ["red without tests", first("red", "AGENT_STUCK"), { tests: false, work: false }, "red"],
    ["green", first("green", "LIMIT_USD"), { work: false }, "green"],
    ["verify that broke", first("verify", "SANDBOX_GONE"), { evidence: false }, "verify"],
    ["propose", first("propose", "GITHUB_UNAVAILABLE"), {}, "propose"],
    ["a run that a person stopped", first("verify", null), { evidence: false }, "verify"],
    ["rounds that are spent", first("verify", "ROUNDS_SPENT"), { evidence: false }, "green"],
    ["rounds that an objection spent", first("green", "ROUNDS_SPENT"), { objection: true }, "red"],
    ["a secret in the change", first("propose", "SECRET_IN_CHANGE"), {}, "red"],
    ["evidence with holes", first("propose", "EVIDENCE_INCOMPLETE"), {}, "verify"],
    ["a default branch that was replaced", first("green", "LIMIT_USD"), { base: false }, "plan"],
    ["a base that did not install, and was mended", first("red", "SETUP_FAILED"), BROKEN(true), "plan"],
    ["a base that did not install, and stands still", first("red", "SETUP_FAILED"), BROKEN(false), "red"],
    ["a base whose tests do not report, mended", first("red", "TEST_REPORT_MISSING"), BROKEN(true), "plan"],
    ["a test run of the work that timed out", first("verify", "TEST_TIMEOUT"), { moved: true }, "verify"],
    ["a branch that people moved", fix("propose", "BRANCH_MOVED"), { base: false, moved: true }, "plan"],
    ["a branch that is gone", fix("propose", "BRANCH_GONE"), { base: false, moved: true }, "plan"],
    ["a branch that is back where it was", fix("propose", "BRANCH_GONE"), {}, "propose"],
    ["tests whose commit is on another machine", first("green", "LIMIT_USD"), { tests: false, work: false }, "red"],
    ["code whose commit is on another machine", first("propose", "PULL_CLOSED"), { work: false }, "green"],
    ["a text without tests, before the code", first("green", "LIMIT_USD"), NO_TESTS, "green"],
  ];
  it.each(CASES)("%s", (_, earlier, differs, stage) => {
    expect(startAgain(earlier, { ...ALL, ...differs }).stage).toBe(stage);
  });

  it("keeps neither tests nor code of a change that held a secret", () => {
    const { keeps } = startAgain(first("propose", "SECRET_IN_CHANGE"), ALL);
    expect(keeps).toEqual({ tests: false, work: false, evidence: false });
  });

  it("takes evidence along only where nothing is made anew", () => {
    expect(startAgain(first("propose", "GITHUB_UNAVAILABLE"), ALL).keeps.evidence).toBe(true);
    expect(startAgain(first("verify", "RUN_UNLUCKY"), ALL).keeps.evidence).toBe(false);
  });

  it("gives a first run whose branch's name was taken another name, and a fix never", () => {
    expect(startAgain(first("propose", "BRANCH_MOVED"), ALL)).toMatchObject({ stage: "propose", rename: true });
    expect(startAgain(fix("propose", "BRANCH_MOVED"), ALL).rename).toBe(false);
  });
});

function BROKEN(moved: boolean): Partial<Holds> {
  return { tests: false, work: false, evidence: false, moved };
}
const NO_TESTS: Partial<Holds> = { testsFirst: false, tests: false, work: false };
