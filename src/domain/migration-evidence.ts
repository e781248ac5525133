/**
 * What is known of a change's migrations: each file judged, and whether the
 * change was proven on a scratch database. Types only.
 */
export type MigrationVerdict = "additive" | "needs-human" | "destructive";

export interface MigrationFinding {
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly because: string;
  readonly remedy: string;
}

export interface JudgedFile {
  /** path in the repository */
  readonly path: string;
  /** of its bytes: what an approval is bound to; null when the file is gone */
  readonly sha256: string | null;
  readonly verdict: MigrationVerdict;
  readonly findings: readonly MigrationFinding[];
  readonly notes: readonly MigrationFinding[];
}

export type ProofOutcome =
  /** every old row, thing and answer is as it was; `figures` says how much was looked at */
  | { readonly kind: "held"; readonly figures: string }
  /** `hard`: rows or the file itself; `soft`: what a person may accept for a file that needs one */
  | {
      readonly kind: "broken";
      readonly figures: string;
      readonly hard: readonly string[];
      readonly soft: readonly string[];
    }
  | { readonly kind: "not-proven"; readonly because: string };

/** Whether the release that runs while the change is deployed still works on the new schema: its own tests, and what they send. */
export type ReleaseOutcome =
  | { readonly kind: "answered"; readonly figures: string }
  | { readonly kind: "worse"; readonly figures: string; readonly problems: readonly string[] }
  | { readonly kind: "not-verified"; readonly because: string };

export interface MigrationEvidence {
  readonly verdict: MigrationVerdict;
  readonly files: readonly JudgedFile[];
  readonly proof: ProofOutcome;
  /** missing in what older releases stored, and where nothing was tried */
  readonly release?: ReleaseOutcome;
}
