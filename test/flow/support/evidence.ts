/** The evidence as a script of anybody finds it: hidden JSON at the end of a pull request's text. */
import { z } from "zod";
import { planSchema } from "../../../src/domain/plan.ts";
import { checkEvidence } from "../../../src/runs/evidence.ts";

const suite = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });
const evidenceSchema = z.strictObject({
  baseSha: z.string(),
  testSha: z.string().nullable(),
  headSha: z.string(),
  rows: z.array(
    z.strictObject({
      criterion: z.number(),
      test: z.string(),
      file: z.string(),
      red: z.strictObject({
        commit: z.string(),
        reason: z.enum(["assertion", "missing-symbol", "not-loadable"]),
        excerpt: z.string(),
      }),
      green: z.strictObject({ commit: z.string() }).nullable(),
    }),
  ),
  suite: z.object({ before: suite, after: suite }),
  hunks: z.object({ tried: z.number(), noticed: z.number(), unnoticed: z.array(z.string()) }),
});
export type EmbeddedEvidence = z.output<typeof evidenceSchema>;

/** @returns one for each run, oldest first */
export function evidenceIn(body: string): readonly EmbeddedEvidence[] {
  const json = /<!-- orion:evidence (.*) -->\s*$/s.exec(body)?.[1] ?? "none";
  return z.array(evidenceSchema).parse(JSON.parse(json));
}

/** @returns what does not hold, as the house's own checker sees it */
export function faultsOf(evidence: EmbeddedEvidence, criteria: readonly string[]): readonly string[] {
  const plan = planSchema.parse({ title: "any", goal: "any", criteria: criteria.map((text) => ({ text })) });
  return checkEvidence({ ...evidence, plan, notVerified: [] });
}
