/**
 * The judge before a deploy: a destructive migration stops it with nothing
 * applied, though it was merged. Only the hash of exactly that file, in the
 * environment, lets it pass.
 */
import { OrionError } from "../domain/errors.ts";
import { judgeInOrder, openJudge } from "../policy/migrations/judge.ts";
import { type Context, NOTHING_KNOWN } from "../policy/migrations/schema/scene.ts";
import type { MigrationGate } from "../store/migrate/run-migrations.ts";

export interface GateOptions {
  /** sha256 of files that a person allows, see ORION_ALLOW_MIGRATION */
  readonly allowed: readonly string[];
  readonly onLine: (line: string) => void;
}

/** @returns a gate that throws OrionError MIGRATION_DESTRUCTIVE */
export function migrationGate({ allowed, onLine }: GateOptions): MigrationGate {
  return async (pending, applied) => {
    if (pending.length === 0) return;
    await openJudge();
    let context: Context = { ...NOTHING_KNOWN, ownTransaction: "refused", complete: true };
    for (const { sql } of applied) context = judgeInOrder(sql, context).after;
    for (const { name, sql, checksum } of pending) {
      const { verdict, after } = judgeInOrder(sql, context);
      context = after;
      const [first] = verdict.findings;
      if (first === undefined) continue;
      const found = `${name}, line ${first.line}: ${first.because} (${first.rule})`;
      if (verdict.verdict === "needs-human") onLine(`warning: ${found}`);
      else if (allowed.includes(checksum)) onLine(`warning: ${found}; allowed by ORION_ALLOW_MIGRATION`);
      else
        throw new OrionError(
          "MIGRATION_DESTRUCTIVE",
          `${found}; nothing was applied. ${first.remedy} To apply it all the same, set ORION_ALLOW_MIGRATION=${checksum} for this deploy`,
          { migration: name, checksum, rule: first.rule },
        );
    }
  };
}
