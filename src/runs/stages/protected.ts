/**
 * Looks whether the default branch is out of reach, before work begins and again
 * before the push. What it means is decided in `policy/protection.ts`.
 */
import type { Outcome } from "../../domain/stages.ts";
import { judgeProtection } from "../../policy/protection.ts";
import type { RunContext } from "../run-context.ts";

/** What the living comment warns of, by the ledger's key. */
export const UNPROTECTED = "unprotected";

/** @returns null when work may go on, else why it ends here with the plan */
export async function refuseUnprotected(context: RunContext): Promise<Outcome | null> {
  const { deps, repository, ledger } = context;
  const main = await deps.github.defaultBranch(repository);
  const facts = { repository, branch: main.name, protected: main.protected };
  const verdict = judgeProtection({ ...facts, allowUnprotected: deps.allowUnprotected });
  if (verdict.kind === "refuse")
    return { kind: "give-up", code: "DEFAULT_BRANCH_UNPROTECTED", because: verdict.because };
  if (verdict.kind === "warn") await ledger.once(UNPROTECTED, async () => verdict.because);
  return null;
}
