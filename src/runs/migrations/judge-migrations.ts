/**
 * A change's migrations, judged and proven: what the pull request says of them
 * and what sends a run's work back.
 */
import type { MigrationEvidence, ProofOutcome } from "../../domain/migration-evidence.ts";
import type { Git } from "../../domain/ports/git-port.ts";
import type { SandboxHome } from "../../domain/ports/sandbox-port.ts";
import { proveChange } from "./prove-change.ts";
import { type ChangeFacts, gravest, type JudgedFolder, readChange, readSeeds } from "./read-change.ts";

export interface MigrationTools {
  readonly git: Git;
  readonly home: SandboxHome;
}

/** @returns null when the change touches no migration */
export async function judgeMigrations(
  { git, home }: MigrationTools,
  facts: ChangeFacts & { readonly name: string; readonly runId: string; readonly signal?: AbortSignal },
): Promise<MigrationEvidence | null> {
  const folders = await readChange(git, facts);
  if (folders.length === 0) return null;
  const files = folders.flatMap((folder) => folder.files);
  const verdict = gravest(files);
  // What is refused anyway is not run.
  const proof: ProofOutcome =
    verdict === "destructive"
      ? { kind: "not-proven", because: "a destructive change is not tried" }
      : await proveFolders(home, folders, { ...facts, seeds: await readSeeds(git, facts) });
  return { verdict, files, proof };
}

async function proveFolders(
  home: SandboxHome,
  folders: readonly JudgedFolder[],
  facts: Omit<Parameters<typeof proveChange>[1], "before" | "added">,
): Promise<ProofOutcome> {
  const foreign = folders.find((folder) => folder.foreign !== null);
  if (foreign !== undefined)
    return {
      kind: "not-proven",
      because: `${foreign.folder} is for ${foreign.foreign ?? "another database"}; only PostgreSQL is judged`,
    };
  const outcomes: ProofOutcome[] = [];
  for (const { before, added } of folders.filter((folder) => folder.added.length > 0))
    outcomes.push(await proveChange(home, { ...facts, before, added }));
  return (
    outcomes.find(({ kind }) => kind === "broken") ??
    outcomes.find(({ kind }) => kind === "not-proven") ??
    outcomes[0] ?? { kind: "not-proven", because: "no migration is new" }
  );
}

/** @returns what must be mended, each with what to do instead; [] when nothing stands against it */
export function mustMend({ verdict, files, proof }: MigrationEvidence): readonly string[] {
  const findings = files
    .filter((file) => file.verdict === "destructive")
    .flatMap(({ path, findings }) =>
      findings.map((one) => `${path}:${one.line}: ${one.because} (${one.rule}). ${one.remedy}`),
    );
  if (proof.kind !== "broken") return findings;
  const broken = [...proof.hard, ...(verdict === "additive" ? proof.soft : [])];
  return [...findings, ...broken.map((line) => `tried on a database with rows: ${line}`)];
}
