/**
 * A reviewer with fresh eyes: it is given the request and the change, and no
 * thread of anyone else's. What comes of its findings is decided by who asks.
 */
import type { ReviewFinish } from "../../agents/roles.ts";
import type { RunContext } from "../run-context.ts";
import { letWork } from "../stages/work.ts";

export interface Review {
  /** what must be mended */
  readonly must: readonly string[];
  readonly rest: readonly string[];
  /** null when the reviewer finished */
  readonly missing: string | null;
}

/** @param commit what is reviewed; the reviewer itself sees the brief only */
export async function letReview(
  context: RunContext,
  { brief, commit }: { readonly brief: string; readonly commit: string },
): Promise<Review> {
  const outcome = await letWork<ReviewFinish>(context, {
    role: context.deps.roles.review,
    thread: `review-${context.run.round}`,
    ...{ brief, commit },
    installed: false,
    judge: async () => ({ accepted: true }),
  });
  if (outcome.kind === "stopped") return { must: [], rest: [], missing: outcome.because };
  const words = outcome.value.findings.map((one) => ({
    severity: one.severity,
    text: `${one.file}${one.line ? `:${one.line}` : ""}: ${one.problem}`,
  }));
  return {
    must: words.filter((one) => one.severity === "must").map((one) => one.text),
    rest: words.filter((one) => one.severity !== "must").map((one) => `${one.severity}: ${one.text}`),
    missing: null,
  };
}
