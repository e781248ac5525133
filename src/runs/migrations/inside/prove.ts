/**
 * The proof of one change: a copy of the database is migrated, and must hold
 * every old row, every old thing, and every old answer. It looks only; what
 * follows from it is decided by whoever reads the result.
 */

import { applyAll, type Failure, type SqlFile } from "./apply.ts";
import { type Base, BEFORE } from "./base.ts";
import { type Cluster, MIGRATOR } from "./cluster.ts";
import { compareFacts, readFacts } from "./facts.ts";
import { hashesOf } from "./hashes.ts";
import { replayed } from "./replay.ts";
import { type Again, applyAgain } from "./trial/again.ts";
import { type Traffic, writeAsNew } from "./trial/traffic.ts";
import { type Waits, waitsDuring } from "./trial/waits.ts";

export interface CaseResult {
  readonly name: string;
  /** null when every file was applied */
  readonly failure: Failure | null;
  /** tables whose old rows read differently over their old columns */
  readonly rowsChanged: readonly string[];
  readonly lost: readonly string[];
  readonly bound: readonly string[];
  /** statements of the previous release that answer differently */
  readonly answers: readonly string[];
  /** how long others were kept waiting meanwhile */
  readonly waits: Waits;
  /** what came of the new release's writing; null where the change was not applied */
  readonly traffic: Traffic | null;
  /** what a second application does; null where the first did not end */
  readonly again: Again | null;
  readonly ms: number;
}

/** @param copy a name no other case has */
export async function proveCase(
  cluster: Cluster,
  base: Base,
  change: { readonly name: string; readonly files: readonly SqlFile[] },
  copy: string,
): Promise<CaseResult> {
  const begun = performance.now();
  const root = await cluster.admin("postgres");
  await root.query(`CREATE DATABASE ${copy} TEMPLATE ${BEFORE} STRATEGY FILE_COPY OWNER ${MIGRATOR}`);
  try {
    const { result: failure, waits: first } = await waitsDuring(cluster, copy, base.tables, () =>
      applyAll(cluster, copy, change.files),
    );
    const waits = longest(first) > WORTH_A_SECOND_LOOK_MS ? await waitsAgain(cluster, base, change.files, copy) : first;
    const admin = await cluster.admin(copy);
    const hashes = await hashesOf(admin, base.tables);
    const difference = compareFacts(base.facts, await readFacts(admin));
    admin.end();
    const answers = await replayed(cluster, copy, base.statements);
    const seen = { cluster, database: copy, base, answers, hashes };
    const traffic = failure === null ? await writeAsNew(seen) : null;
    const again = failure === null ? await applyAgain(seen, change.files) : null;
    return {
      name: change.name,
      failure,
      rowsChanged: base.tables.map(({ name }) => name).filter((name) => hashes.get(name) !== base.hashes.get(name)),
      ...difference,
      answers: base.statements.filter((_, index) => isWorse(base.answers[index], answers[index])),
      ...{ waits, traffic, again },
      ms: Math.round(performance.now() - begun),
    };
  } finally {
    await root.query(`DROP DATABASE IF EXISTS ${copy} WITH (FORCE)`);
    root.end();
  }
}

/** A machine that stood still says nothing about a lock: a long wait must be there twice. */
const WORTH_A_SECOND_LOOK_MS = 1_500;

function longest({ reader, writer }: Waits): number {
  return Math.max(reader.ms, writer.ms);
}

async function waitsAgain(cluster: Cluster, base: Base, files: readonly SqlFile[], copy: string): Promise<Waits> {
  const other = `${copy}_again`;
  const root = await cluster.admin("postgres");
  await root.query(`CREATE DATABASE ${other} TEMPLATE ${BEFORE} STRATEGY FILE_COPY OWNER ${MIGRATOR}`);
  const { waits } = await waitsDuring(cluster, other, base.tables, () => applyAll(cluster, other, files));
  await root.query(`DROP DATABASE ${other} WITH (FORCE)`);
  root.end();
  return waits;
}

/** What was refused and is answered now breaks nobody: a key or check that went is told by the catalogue. */
function isWorse(before: string | undefined, after: string | undefined): boolean {
  return before !== after && before?.startsWith("error ") !== true;
}
