/**
 * Which files of a folder are migrations, and in which order they are applied.
 * Works on paths alone.
 */

export interface Layout {
  /** Paths in the order their tool applies them. */
  readonly migrations: readonly string[];
  /** A folder for each migration: the file is run as it is, in a transaction of its runner. */
  readonly style: "prisma" | "plain";
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** @param paths relative to the folder, with forward slashes, in any order */
export function layoutOf(paths: readonly string[]): Layout {
  const sql = paths.filter((path) => /\.sql$/i.test(path));
  const folders = new Set(sql.filter((path) => /(^|\/)migration\.sql$/.test(path)).map(folderOf));
  const style = folders.size > 0 ? "prisma" : "plain";
  const notes: string[] = [];
  const migrations = sql.filter((path) => {
    const why = reasonToLeaveOut(path, sql, folders);
    if (why !== undefined) notes.push(`${path}: ${why}`);
    return why === undefined;
  });
  return { migrations: migrations.sort(compareMigrations), style, notes };
}

function reasonToLeaveOut(path: string, all: readonly string[], folders: ReadonlySet<string>): string | undefined {
  const folder = folderOf(path);
  if (folders.has(folder) && !path.endsWith("migration.sql"))
    return "stands beside a migration.sql, which alone is run";
  const forward = forwardOf(path);
  if (forward.some((candidate) => all.includes(candidate))) return "goes back, and is not run when deploying";
  return undefined;
}

/** @returns the files this one would undo, if it is written as one that goes back */
function forwardOf(path: string): readonly string[] {
  const folder = folderOf(path);
  const name = path.slice(folder.length);
  if (/^down\.sql$/i.test(name)) return [`${folder}up.sql`, `${folder}migration.sql`];
  if (/[._-]down\.sql$/i.test(name)) {
    const stem = name.replace(/[._-]down\.sql$/i, "");
    return [`${stem}.up.sql`, `${stem}_up.sql`, `${stem}-up.sql`, `${stem}.sql`].map((each) => folder + each);
  }
  return /^U[\d._]+__/.test(name) ? [`${folder}V${name.slice(1)}`] : [];
}

/** @returns below zero when `a` is applied before `b`: digits as numbers, repeatable files of Flyway last */
export function compareMigrations(a: string, b: string): number {
  const [left, right] = [a, b].map((path) => sortParts(path));
  for (const [index, part] of (left ?? []).entries()) {
    const other = right?.[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (/^\d/.test(part) && /^\d/.test(other)) {
      const difference = BigInt(part) - BigInt(other);
      if (difference !== 0n) return difference < 0n ? -1 : 1;
    } else return part < other ? -1 : 1;
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}

function sortParts(path: string): readonly string[] {
  const ordered = path
    .replace(/(^|\/)R__/, "$1\uFFFFR__")
    .replace(/(^|\/)V([\d._]+?)__/, (_match, slash: string, version: string) => `${slash}V${version}\u0001`);
  return ordered.match(/\d+|[^\d]+/g) ?? [];
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
