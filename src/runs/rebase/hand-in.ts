/** The last stage of a rebase: what any run proposes, on a machine that may not have built the merge itself. */
import type { Outcome } from "../../domain/stages.ts";
import type { RunContext } from "../run-context.ts";
import { propose } from "../stages/propose.ts";
import { mergeOf } from "./merge-of.ts";

export async function handIn(context: RunContext): Promise<Outcome> {
  await mergeOf(context);
  return propose(context);
}
