/**
 * Whether a change stays where Orion may go by itself. A pure verdict over the
 * files of a pull request; what follows from it is the runs' own.
 */
import type { SecretFinding } from "../secrets.ts";
import { changesMore } from "./manifests.ts";
import { type PathRule, ruleFor } from "./paths.ts";

export interface ScopeChange {
  readonly path: string;
  readonly status: "added" | "modified" | "deleted";
  /** texts of a manifest; null for every other file, and where there is none */
  readonly before: string | null;
  readonly after: string | null;
  /** lines added and deleted; 0 for a binary file */
  readonly lines?: number;
}

export interface ScopeFinding {
  /** null when it is about the change as a whole */
  readonly path: string | null;
  readonly status: ScopeChange["status"];
  readonly because: string;
}

export type ScopeVerdict =
  | { readonly kind: "clear" }
  /** files a person should look at */
  | { readonly kind: "look"; readonly findings: readonly ScopeFinding[] }
  /** Orion changes what judges it: not without an administrator */
  | { readonly kind: "needs-admin"; readonly findings: readonly ScopeFinding[] }
  /** what is in a repository is known to all who may read it: nobody's approval makes it right */
  | {
      readonly kind: "secret";
      readonly findings: readonly ScopeFinding[];
      readonly secrets: readonly SecretFinding[];
    };

/** More than this nobody reads with care. @source the patch caps of GitHub's agentic workflows: 100 files */
const MOST_FILES = 100;
const MOST_LINES = 5_000;
/** Written by tools; their length says nothing. */
const GENERATED = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|[\w-]+\.lock|go\.sum)$/;

/** @param facts.own true when Orion changes its own repository @param facts.secrets what the change adds */
export function judgeScope(
  changes: readonly ScopeChange[],
  { own, secrets = [] }: { readonly own: boolean; readonly secrets?: readonly SecretFinding[] },
): ScopeVerdict {
  const findings = changes.flatMap((change) => {
    const rule = ruleFor(change.path, own);
    if (rule === null || isNoMatter(rule, change)) return [];
    return [{ path: change.path, status: change.status, because: rule.because }];
  });
  const all = [...findings, ...sizeFindings(changes)];
  if (secrets.length > 0) return { kind: "secret", findings: all, secrets };
  if (all.length === 0) return { kind: "clear" };
  return { kind: own && findings.length > 0 ? "needs-admin" : "look", findings: all };
}

function sizeFindings(changes: readonly ScopeChange[]): readonly ScopeFinding[] {
  const lines = changes
    .filter(({ path }) => !GENERATED.test(path))
    .reduce((sum, change) => sum + (change.lines ?? 0), 0);
  if (changes.length <= MOST_FILES && lines <= MOST_LINES) return [];
  const because = `${changes.length} files and ${lines} lines are more than anybody reads with care; ask for it in parts`;
  return [{ path: null, status: "modified", because }];
}

/** @returns true when the change's texts must be read to judge it */
export function isManifest(path: string): boolean {
  return ruleFor(path, true)?.manifest !== undefined;
}

function isNoMatter(rule: PathRule, change: ScopeChange): boolean {
  if (rule.onlyExisting === true) return change.status === "added" && !change.path.endsWith("migration_lock.toml");
  return rule.manifest !== undefined && !changesMore(rule.manifest, change.before, change.after);
}
