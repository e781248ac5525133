/**
 * Whether a change stays where Orion may go by itself. A pure verdict over the
 * files of a pull request; what follows from it is the runs' own.
 */
import { changesMore } from "./manifests.ts";
import { type PathRule, ruleFor } from "./paths.ts";

export interface ScopeChange {
  readonly path: string;
  readonly status: "added" | "modified" | "deleted";
  /** texts of a manifest; null for every other file, and where there is none */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ScopeFinding {
  readonly path: string;
  readonly status: ScopeChange["status"];
  readonly because: string;
}

export type ScopeVerdict =
  | { readonly kind: "clear" }
  /** files a person should look at */
  | { readonly kind: "look"; readonly findings: readonly ScopeFinding[] }
  /** Orion changes what judges it: not without an administrator */
  | { readonly kind: "needs-admin"; readonly findings: readonly ScopeFinding[] };

/** @param facts.own true when the repository is Orion's own */
export function judgeScope(changes: readonly ScopeChange[], { own }: { readonly own: boolean }): ScopeVerdict {
  const findings = changes.flatMap((change) => {
    const rule = ruleFor(change.path, own);
    if (rule === null || isNoMatter(rule, change)) return [];
    return [{ path: change.path, status: change.status, because: rule.because }];
  });
  if (findings.length === 0) return { kind: "clear" };
  return { kind: own ? "needs-admin" : "look", findings };
}

/** @returns true when the change's texts must be read to judge it */
export function isManifest(path: string): boolean {
  return ruleFor(path, true)?.manifest !== undefined;
}

function isNoMatter(rule: PathRule, change: ScopeChange): boolean {
  if (rule.onlyExisting === true) return change.status === "added" && !change.path.endsWith("migration_lock.toml");
  return rule.manifest !== undefined && !changesMore(rule.manifest, change.before, change.after);
}
