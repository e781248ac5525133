/**
 * The same change once more, on what it has migrated: a deploy that was cut off
 * is begun again. It may do nothing, or be refused and leave no trace.
 */
import { applyAll, type SqlFile } from "../apply.ts";
import { type Fact, readFacts } from "../facts.ts";
import { hashesOf } from "../hashes.ts";
import type { Migrated } from "./traffic.ts";

export type Again =
  | { readonly kind: "no-op" }
  | { readonly kind: "refused" }
  /** it goes through and something is there twice; no runner applies a file twice */
  | { readonly kind: "adds" }
  | { readonly kind: "halfway"; readonly what: string };

export async function applyAgain(
  { cluster, database, base }: Pick<Migrated, "cluster" | "database" | "base">,
  files: readonly SqlFile[],
): Promise<Again> {
  const look = async (): Promise<ReadonlySet<string>> => {
    const admin = await cluster.admin(database);
    const facts = (await readFacts(admin)).filter(isKept).map(({ kind, about, says }) => `${kind} ${about} ${says}`);
    const hashes = [...(await hashesOf(admin, base.tables))].map(([table, hash]) => `rows of ${table} ${hash}`);
    admin.end();
    return new Set([...facts, ...hashes]);
  };
  const before = await look();
  const failure = await applyAll(cluster, database, files);
  const after = await look();
  const changed = [...[...before].filter((one) => !after.has(one)), ...[...after].filter((one) => !before.has(one))];
  if (changed.length === 0) return { kind: failure === null ? "no-op" : "refused" };
  return failure === null ? { kind: "adds" } : { kind: "halfway", what: (changed[0] ?? "").slice(0, 160) };
}

/** Numbers that were drawn stay drawn, whatever becomes of the transaction. */
function isKept({ kind }: Fact): boolean {
  return kind !== "sequence";
}
