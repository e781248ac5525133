/**
 * What Orion promises before work starts. The schema is both what the model
 * must hand in and what every later stage reads; defaults keep a short plan valid.
 */
import { z } from "zod";

export const criterionSchema = z.object({
  text: z.string().min(1),
  /** How a point of a fix is shown; a first run's criteria are all test-first. */
  proof: z.enum(["test-first", "behaviour-preserving", "not-verifiable"]).default("test-first"),
});

export const planSchema = z.object({
  title: z.string().min(1).max(120).describe("imperative, for the pull request"),
  goal: z.string().min(1).describe("one sentence"),
  kind: z.enum(["feat", "fix", "refactor", "docs", "chore", "perf"]).default("feat"),
  branch: z.string().optional(),
  criteria: z.array(criterionSchema).min(1).max(20),
  files: z.array(z.string()).default([]),
  modules: z.array(z.string()).default([]),
  migration: z.boolean().default(false),
  later: z.array(z.string()).default([]),
  risks: z.array(z.string()).default([]),
  outOfScope: z.array(z.string()).default([]),
  estimate: z.object({ turns: z.number().int().positive(), usd: z.number().nonnegative() }).optional(),
  questions: z
    .array(z.object({ text: z.string(), default: z.string() }))
    .max(3)
    .default([]),
  verification: z.enum(["tests", "none"]).default("tests"),
  /** a lasting preference the words of a fix show */
  habit: z.string().min(1).optional(),
  /** what later work must know, with words of the file that show it */
  facts: z.array(z.object({ text: z.string(), path: z.string(), quote: z.string() })).default([]),
  verificationReason: z.string().optional().describe("with none: why"),
});

export type Criterion = z.infer<typeof criterionSchema>;
export type Plan = z.infer<typeof planSchema>;

/** @returns true when at least one criterion must be shown by a new test. */
export function needsTests(plan: Plan): boolean {
  return plan.verification === "tests" && plan.criteria.some((criterion) => criterion.proof === "test-first");
}
