/**
 * The proof as a program: reads what to prove, prints one line of JSON. It is
 * copied into a sandbox with its folder and needs nothing but node and
 * PostgreSQL there.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Failure, SqlFile } from "./apply.ts";
import { buildBase } from "./base.ts";
import { startCluster } from "./cluster.ts";
import { type CaseResult, proveCase } from "./prove.ts";

export interface ProofInput {
  /** what stands before, in order */
  readonly base: readonly SqlFile[];
  /** SQL of the repository that fills it */
  readonly seeds: readonly SqlFile[];
  /** changes to prove, each on a copy of its own */
  readonly cases: readonly { readonly name: string; readonly files: readonly SqlFile[] }[];
}

export interface ProofFigures {
  readonly version: string;
  readonly tables: number;
  readonly rows: number;
  readonly empty: readonly string[];
  readonly statements: number;
}

export type ProofOutput =
  | { readonly kind: "no-postgres" }
  | { readonly kind: "base-failed"; readonly version: string; readonly failure: Failure }
  | {
      readonly kind: "proven";
      readonly figures: ProofFigures;
      readonly cases: readonly CaseResult[];
      readonly ms: number;
    };

/** @param folder made and filled here; for the cluster alone */
export async function runProof(input: ProofInput, folder: string): Promise<ProofOutput> {
  const begun = performance.now();
  const cluster = await startCluster(folder);
  if (cluster === null) return { kind: "no-postgres" };
  try {
    const base = await buildBase(cluster, input.base, input.seeds);
    if ("code" in base) return { kind: "base-failed", version: cluster.version, failure: base };
    const cases: CaseResult[] = [];
    for (const [index, one] of input.cases.entries()) cases.push(await proveCase(cluster, base, one, `after_${index}`));
    const { tables, seeded, statements } = base;
    const figures = { version: cluster.version, tables: tables.length, ...seeded, statements: statements.length };
    return { kind: "proven", figures, cases, ms: Math.round(performance.now() - begun) };
  } finally {
    cluster.stop();
  }
}

if (import.meta.main) {
  const [input = "", folder = ""] = process.argv.slice(2);
  const output = await runProof(JSON.parse(readFileSync(input, "utf8")) as ProofInput, join(resolve(folder), "pg"));
  console.log(JSON.stringify(output));
}
