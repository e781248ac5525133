/**
 * Judges a folder of migrations, Prisma's or plain SQL: `npm run
 * migrations:check -- <folder> [--base <ref>] [--format text|json|sarif]`.
 * Exits 0 additive, 1 destructive, 2 needs-human, 3 unreadable. It reads files
 * and git; it runs no SQL.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { describeError, OrionError } from "../src/domain/errors.ts";
import { judgeFiles, toJudge } from "../src/policy/migrations/files/base-rules.ts";
import { withFileFindings } from "../src/policy/migrations/files/change.ts";
import { foreignProvider, isOfInterest } from "../src/policy/migrations/files/discover.ts";
import { judgeFolder } from "../src/policy/migrations/files/folder.ts";
import { layoutOf } from "../src/policy/migrations/files/layout.ts";
import { exitCodeOf, type Format, report } from "../src/policy/migrations/files/report.ts";
import { openJudge } from "../src/policy/migrations/judge.ts";
import { lockAdvice } from "../src/runs/migrations/squawk.ts";

const UNREADABLE = 3;
const MOST_ADVISED = 50;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(describeError(error));
  process.exitCode = UNREADABLE;
}

async function main(): Promise<number> {
  const { folder, base, format } = readArguments();
  const bytes = readFolder(folder);
  requirePostgres(bytes);
  if (layoutOf([...bytes.keys()]).migrations.length === 0 && base === undefined)
    throw new OrionError("NOTHING_FOUND", `${folder} holds no migrations; name the folder with the .sql files`, {
      folder,
    });
  await openJudge();
  const texts = new Map([...bytes].map(([path, content]) => [path, content.toString("utf8")] as const));
  const head = new Map([...bytes].map(([path, content]) => [path, gitHash(content)] as const));
  const before = base === undefined ? undefined : readBase(folder, base);
  const { files, notes } = judgeFolder(texts, before === undefined ? undefined : new Set(toJudge(before, head)));
  const judged = before === undefined ? files : withFileFindings(files, judgeFiles(before, head));
  if (format === "text")
    await adviseOnLocks(
      judged.map(({ file }) => file),
      texts,
    );
  for (const note of notes) console.error(`note: ${note}`);
  const prefix = relative(process.cwd(), folder).split(sep).join("/");
  console.log(report(judged, format, prefix === "" ? "" : `${prefix}/`));
  return exitCodeOf(judged);
}

/** Notes beside the verdicts; on a long history they would take longer than the judging. */
async function adviseOnLocks(files: readonly string[], texts: ReadonlyMap<string, string>): Promise<void> {
  if (files.length > MOST_ADVISED) return;
  for (const file of files)
    for (const { line, column, rule, because, remedy } of await lockAdvice(texts.get(file) ?? ""))
      console.error(`note: ${file}:${line}:${column} ${rule}: ${because}. ${remedy}`);
}

function readArguments(): { readonly folder: string; readonly base: string | undefined; readonly format: Format } {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { base: { type: "string" }, format: { type: "string", default: "text" } },
  });
  const [folder] = positionals;
  const format = (["text", "json", "sarif"] as const).find((known) => known === values.format);
  if (folder === undefined || positionals.length > 1 || format === undefined)
    throw new OrionError("USAGE", "migrations:check -- <folder> [--base <ref>] [--format text|json|sarif]");
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new OrionError("NO_SUCH_FOLDER", `${folder} is no folder; name the one with the migrations`, { folder });
  return { folder, base: values.base, format };
}

/** @returns the bytes of every file that matters, by its path relative to the folder */
function readFolder(folder: string): ReadonlyMap<string, Buffer> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isOfInterest(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(^|[\\/])(node_modules|\.git)[\\/]/.test(relative(folder, path)));
  return new Map(found.map((path) => [relative(folder, path).split(sep).join("/"), readFileSync(path)] as const));
}

function requirePostgres(files: ReadonlyMap<string, Buffer>): void {
  for (const [path, content] of files) {
    const provider = path.endsWith(".toml") ? foreignProvider(content.toString("utf8")) : null;
    if (provider !== null)
      throw new OrionError("NOT_POSTGRESQL", `${path} names ${provider}; only PostgreSQL is judged`, {
        path,
        provider,
      });
  }
}

/** @returns the files of the folder as a git ref has them, with git's own hashes */
function readBase(folder: string, ref: string): ReadonlyMap<string, string> {
  const list = git(folder, ["ls-tree", "-r", "-z", "--end-of-options", ref, "."]);
  const rows = list.split("\0").flatMap((row) => {
    const match = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(row);
    return match?.[1] !== undefined && match[2] !== undefined ? [[match[2], match[1]] as const] : [];
  });
  return new Map(rows.filter(([path]) => isOfInterest(path)));
}

function git(folder: string, args: readonly string[]): string {
  try {
    return execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    throw new OrionError(
      "BASE_UNREADABLE",
      `git could not read ${args.at(-2)}; fetch the ref, or leave out --base`,
      { folder },
      cause,
    );
  }
}

/** The name git gives a file's bytes, in repositories that use SHA-1. */
function gitHash(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
