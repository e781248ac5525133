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

/** What becomes of one point of a fix: criteria that cover it, or why it is not done. */
export const pointPlanSchema = z.object({
  point: z.number().int().positive(),
  /** numbers of the criteria that cover it, from 1 */
  criteria: z.array(z.number().int().positive()).default([]),
  disagree: z.string().min(1).optional().describe("instead of criteria"),
});
export type PointPlan = z.infer<typeof pointPlanSchema>;

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
  /** how each point of a fix is answered; missing in a first run's plan */
  points: z.array(pointPlanSchema).optional(),
});

const NOT_VERIFIABLE = "not-verifiable" as const;

/** The criterion of a plan that only disagrees: every stored plan has one. */
export const NOTHING_PLANNED = "Nothing is changed.";

/** A first run has no points. */
export const firstPlanSchema = planSchema.omit({ points: true });

/** A fix may find that nothing is to be done; it has its branch and its estimate already. */
export const fixPlanSchema = planSchema
  .omit({ branch: true, estimate: true, risks: true })
  .extend({ criteria: z.array(criterionSchema).max(20).default([]) })
  .transform((plan): Plan => {
    const criteria = plan.criteria.length > 0 ? plan.criteria : [{ text: NOTHING_PLANNED, proof: NOT_VERIFIABLE }];
    return { ...plan, risks: [], criteria };
  });

export type Criterion = z.infer<typeof criterionSchema>;
export type Plan = z.infer<typeof planSchema>;

/** @returns true when at least one criterion must be shown by a new test. */
export function needsTests(plan: Plan): boolean {
  return plan.verification === "tests" && plan.criteria.some((criterion) => criterion.proof === "test-first");
}
