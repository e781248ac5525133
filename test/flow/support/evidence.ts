/** The evidence as a script of anybody finds it: hidden JSON at the end of a pull request's text. */
import { z } from "zod";
import { criterionSchema, planSchema } from "../../../src/domain/plan.ts";
import { checkEvidence } from "../../../src/runs/evidence.ts";

const suite = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });
const row = z.object({
  criterion: z.number(),
  test: z.string(),
  file: z.string(),
  red: z.object({ commit: z.string(), reason: z.enum(["assertion", "missing-symbol", "not-loadable"]) }),
  green: z.object({ commit: z.string() }).nullable(),
});
const evidenceSchema = z.object({
  criteria: z.array(criterionSchema),
  baseSha: z.string(),
  testSha: z.string().nullable(),
  headSha: z.string(),
  rows: z.array(row),
  suite: z.object({ before: suite, after: suite }),
  hunks: z.object({ tried: z.number(), noticed: z.number(), unnoticed: z.array(z.string()) }),
  onto: z
    .object({
      base: z.string(),
      since: z.string(),
      merge: z.string().nullable(),
      conflicts: z.array(z.string()),
      problems: z.array(z.string()),
      green: z.array(z.object({ file: z.string(), test: z.string() })),
      suite: z.object({ before: suite, after: suite }).nullable(),
    })
    .nullable(),
  notVerified: z.array(z.string()),
});
export type EmbeddedEvidence = z.output<typeof evidenceSchema>;

/** @returns one for each run, oldest first */
export function evidenceIn(body: string): readonly EmbeddedEvidence[] {
  const json = /<!-- orion:evidence (.*) -->\s*$/s.exec(body)?.[1] ?? "none";
  return z.array(evidenceSchema).parse(JSON.parse(json));
}

/** @returns what does not hold, as the house's own checker sees it */
export function faultsOf({ criteria, rows, ...facts }: EmbeddedEvidence): readonly string[] {
  const plan = planSchema.parse({ title: "not told", goal: "not told", criteria });
  // what a test printed stays with the run
  const whole = rows.map((one) => ({ ...one, red: { ...one.red, excerpt: "" } }));
  return checkEvidence({ ...facts, rows: whole, plan });
}
