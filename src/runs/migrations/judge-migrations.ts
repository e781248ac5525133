/**
 * A change's migrations, judged and proven: what the pull request says of them
 * and what sends a run's work back.
 */
import type { MigrationEvidence, ProofOutcome, ReleaseOutcome } from "../../domain/migration-evidence.ts";
import type { SandboxHome } from "../../domain/ports/sandbox-port.ts";
import { proveChange } from "./prove-change.ts";
import { gravest, type JudgedFolder, readChange, readSeeds } from "./read-change.ts";
import { askRelease, type MigrationTools, type ReleaseFacts } from "./release-suite.ts";

/** @returns null when the change touches no migration */
export async function judgeMigrations(tools: MigrationTools, facts: ReleaseFacts): Promise<MigrationEvidence | null> {
  const folders = await readChange(tools.git, facts);
  return folders.length === 0 ? null : tryFolders(tools, facts, folders);
}

/** Tries what was judged, as far as it may be tried. */
export async function tryFolders(
  { git, home }: MigrationTools,
  facts: ReleaseFacts,
  folders: readonly JudgedFolder[],
): Promise<MigrationEvidence> {
  const files = folders.flatMap((folder) => folder.files);
  const verdict = gravest(files);
  // What is refused anyway is not run.
  if (verdict === "destructive")
    return { verdict, files, proof: { kind: "not-proven", because: "a destructive change is not tried" } };
  const proof = await proveFolders(home, folders, { ...facts, seeds: await readSeeds(git, facts) });
  const release = await releaseOf({ git, home }, { facts, folders, proof });
  return { verdict, files, proof, release };
}

/** Tests take minutes: they are asked only about what is worth merging so far. */
function releaseOf(
  tools: MigrationTools,
  {
    facts,
    folders,
    proof,
  }: { readonly facts: ReleaseFacts; readonly folders: readonly JudgedFolder[]; readonly proof: ProofOutcome },
): Promise<ReleaseOutcome> | ReleaseOutcome {
  if (proof.kind === "held") return askRelease(tools, facts, folders);
  if (proof.kind === "not-proven") return { kind: "not-verified", because: proof.because };
  if (proof.hard.length > 0) return { kind: "not-verified", because: "the change itself does not hold" };
  return askRelease(tools, facts, folders);
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
export function mustMend({ verdict, files, proof, release }: MigrationEvidence): readonly string[] {
  const findings = files
    .filter((file) => file.verdict === "destructive")
    .flatMap(({ path, findings }) =>
      findings.map((one) => `${path}:${one.line}: ${one.because} (${one.rule}). ${one.remedy}`),
    );
  const broken = proof.kind === "broken" ? [...proof.hard, ...(verdict === "additive" ? proof.soft : [])] : [];
  const worse = release?.kind === "worse" && verdict === "additive" ? release.problems : [];
  return [
    ...findings,
    ...broken.map((line) => `tried on a database with rows: ${line}`),
    ...worse.map((line) => `the base's tests on the new schema: ${line}`),
  ];
}
