/**
 * May work be pushed beside this default branch? Orion never pushes to it
 * anyway; the server's own rule is the layer that holds when everything else
 * fails. Pure.
 */
import type { Repository } from "../domain/task.ts";

export interface ProtectionFacts {
  readonly repository: Pick<Repository, "owner" | "name">;
  readonly branch: string;
  /** a ruleset or a classic rule keeps pushes, force pushes and deletion away */
  readonly protected: boolean;
  /** ORION_ALLOW_UNPROTECTED=1 */
  readonly allowUnprotected: boolean;
}

export type ProtectionVerdict =
  | { readonly kind: "ok" }
  /** work goes on, and everybody is told for as long as it is so */
  | { readonly kind: "warn"; readonly because: string }
  /** Orion plans and does not push */
  | { readonly kind: "refuse"; readonly because: string };

export function judgeProtection(facts: ProtectionFacts): ProtectionVerdict {
  if (facts.protected) return { kind: "ok" };
  const because = `the default branch ${facts.branch} of ${facts.repository.owner}/${facts.repository.name} is not protected`;
  return facts.allowUnprotected
    ? { kind: "warn", because: `${because}; ${howToProtect(facts)}` }
    : { kind: "refuse", because: `${because}, so I plan but push nothing. ${howToProtect(facts)}` };
}

/** Block force pushes and Restrict deletions are ticked in a new ruleset already. */
export function howToProtect({ repository }: Pick<ProtectionFacts, "repository">): string {
  const page = `${repository.owner}/${repository.name}/settings/rules/new?target=branch`;
  return [
    `Protect it in three clicks on the page ${page} (Settings, Rules, New branch ruleset; any name, enforcement Active, no bypass for the App):`,
    "1. Add target, Include default branch.",
    "2. Tick Require a pull request before merging (Block force pushes and Restrict deletions stay ticked).",
    "3. Create.",
    "For private repositories GitHub offers this on paid plans only.",
  ].join("\n");
}
