import { describe, expect, it } from "vitest";
import { MAX_ROUNDS, nextStep, STAGES } from "../../src/domain/stages.ts";

describe("what comes after a stage", () => {
  it("goes through every stage once when all goes well, and ends", () => {
    const seen = ["plan"];
    let step = nextStep("plan", { kind: "done" }, 1, true);
    while (step.kind === "stage") {
      seen.push(step.stage);
      step = nextStep(step.stage, { kind: "done" }, step.round, true);
    }
    expect(seen).toEqual([...STAGES]);
    expect(step).toEqual({ kind: "end", status: "done" });
  });

  it("passes over red when nothing can be shown by a test", () => {
    expect(nextStep("plan", { kind: "done" }, 1, false)).toEqual({ kind: "stage", stage: "green", round: 1 });
  });

  it("sends what verify found back to green, and gives up once the rounds are spent", () => {
    expect(nextStep("verify", { kind: "redo", because: "x" }, 1, true)).toEqual({
      kind: "stage",
      stage: "green",
      round: 2,
    });
    expect(nextStep("verify", { kind: "redo", because: "x" }, MAX_ROUNDS, true)).toEqual({
      kind: "end",
      status: "failed",
      code: "ROUNDS_SPENT",
      because: "x",
    });
  });

  it("sends a contradiction back to Tara, at the cost of a round", () => {
    expect(nextStep("green", { kind: "contradiction", because: "x" }, 1, true)).toEqual({
      kind: "stage",
      stage: "red",
      round: 2,
    });
    expect(nextStep("green", { kind: "contradiction", because: "x" }, MAX_ROUNDS, true).kind).toBe("end");
  });

  it("waits for an answer and ends where a stage gives up", () => {
    expect(nextStep("plan", { kind: "ask", question: "which?" }, 1, true)).toEqual({
      kind: "wait",
      question: "which?",
    });
    expect(nextStep("red", { kind: "give-up", code: "NO", because: "why" }, 1, true)).toMatchObject({
      status: "failed",
      code: "NO",
      because: "why",
    });
  });
});
