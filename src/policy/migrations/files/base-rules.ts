/**
 * The rules about files against the branch they will be merged into: what was
 * applied stays as it was, what is new comes last. Pure.
 */
import { fileFinding } from "../judge.ts";
import type { Finding } from "../verdict.ts";
import { compareMigrations, layoutOf } from "./layout.ts";

export interface FileFinding {
  readonly file: string;
  readonly finding: Finding;
}
/** Paths relative to the folder, each with a hash of its bytes. */
export type Hashes = ReadonlyMap<string, string>;

const LOCK_FILE = /(^|\/)migration_lock\.toml$/;
/** Flyway applies these again whenever they change. */
const REPEATABLE = /(^|\/)R__/;

/** @returns what the change does to the files themselves; the statements inside are judged apart */
export function judgeFiles(base: Hashes, head: Hashes): readonly FileFinding[] {
  const applied = layoutOf([...base.keys()]).migrations;
  const now = layoutOf([...head.keys()]);
  const newest = applied.filter((path) => !REPEATABLE.test(path)).at(-1);
  const added = now.migrations.filter((path) => !base.has(path));
  const late = (path: string) => newest !== undefined && !REPEATABLE.test(path) && compareMigrations(path, newest) < 0;
  const folders = new Set(added.filter(() => now.style === "prisma").map((path) => path.replace(/[^/]*$/, "")));
  const beside = [...head.keys()].filter((path) => !base.has(path) && folders.has(path.replace(/[^/]*$/, "")));
  return [
    ...applied.filter((path) => !head.has(path)).map((file) => about(file, "applied-file-removed")),
    ...applied
      .filter((path) => isChanged(path, base, head) && !REPEATABLE.test(path))
      .map((file) => about(file, "applied-file-changed")),
    ...[...base.keys()]
      .filter((path) => LOCK_FILE.test(path) && isChangedOrGone(path, base, head))
      .map((file) => about(file, "provider-changed")),
    ...added.filter(late).map((file) => about(file, "out-of-order")),
    ...beside
      .filter((path) => path.endsWith(".sql") && !/(^|\/)(migration|down)\.sql$/.test(path))
      .map((file) => about(file, "extra-file")),
  ];
}

/** @returns the migrations to judge: new ones, and repeatable ones that changed */
export function toJudge(base: Hashes, head: Hashes): readonly string[] {
  return layoutOf([...head.keys()]).migrations.filter((path) => !base.has(path) || isChanged(path, base, head));
}

function about(file: string, rule: Parameters<typeof fileFinding>[0]): FileFinding {
  return { file, finding: fileFinding(rule, file) };
}

function isChanged(path: string, base: Hashes, head: Hashes): boolean {
  return head.has(path) && head.get(path) !== base.get(path);
}

function isChangedOrGone(path: string, base: Hashes, head: Hashes): boolean {
  return head.get(path) !== base.get(path);
}
