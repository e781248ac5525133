/**
 * Advice on locks from squawk, a linter of migrations. It is read as notes and
 * never judges. It sees the text alone: no configuration of the repository, and
 * no comment that would silence it.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { devNull, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { MigrationFinding } from "../../domain/migration-evidence.ts";

/** What concerns locks; breakage is the judge's, style is nobody's. */
const LOCKS = new Set([
  ...["require-concurrent-index-creation", "require-concurrent-index-deletion", "require-concurrent-reindex"],
  ...["adding-foreign-key-constraint", "constraint-missing-not-valid", "disallowed-unique-constraint"],
  ...["changing-column-type", "adding-field-with-default", "ban-concurrent-index-creation-in-transaction"],
]);
const DEADLINE_MS = 5_000;
const MAX_BYTES = 4 * 1024 * 1024;

const reportSchema = z.array(
  z.object({
    line: z.number(),
    column: z.number(),
    message: z.string(),
    help: z.string().nullish(),
    rule_name: z.string(),
  }),
);

/** @returns [] also where squawk is not installed or cannot read the text: advice may be missing */
export async function lockAdvice(sql: string): Promise<readonly MigrationFinding[]> {
  const program = findProgram();
  if (program === null) return [];
  // the same length, so that lines and columns stay
  const report = await run(program, sql.replaceAll(/squawk-ignore/gi, "squawk ignore"));
  const parsed = reportSchema.safeParse(report);
  if (!parsed.success) return [];
  return parsed.data
    .filter((one) => LOCKS.has(one.rule_name))
    .map((one) => ({
      line: one.line + 1,
      column: one.column + 1,
      rule: `squawk/${one.rule_name}`,
      because: one.message.replace(/\.$/, ""),
      remedy: one.help ?? "See squawk's page on this rule.",
    }));
}

function findProgram(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `@squawk-cli/${process.platform}-${process.arch}/package.json`,
    );
    return join(dirname(manifest), "bin", "squawk");
  } catch {
    return null; // no build of it for this machine; the judge needs none
  }
}

function run(program: string, sql: string): Promise<unknown> {
  return new Promise((resolve) => {
    const argv = [
      "--reporter",
      "json",
      "--config",
      devNull,
      "--assume-in-transaction",
      "--stdin-filepath",
      "migration.sql",
    ];
    const child = spawn(program, argv, {
      cwd: tmpdir(),
      env: {},
      stdio: ["pipe", "pipe", "ignore"],
      timeout: DEADLINE_MS,
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      if (said.length < MAX_BYTES) said += part;
    });
    child.on("error", () => resolve(null));
    child.on("close", () => resolve(jsonOrNull(said)));
    child.stdin.on("error", () => undefined).end(sql);
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // cut off or silent
  }
}
