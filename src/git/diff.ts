/**
 * What one commit changes against another, as hunks. Read from the mirror with
 * every converter off; paths come from git's raw records, never from patch text.
 */
import { OrionError } from "../domain/errors.ts";
import type { FileDiff, Hunk } from "../domain/ports/git-port.ts";
import type { GitProcess } from "./git-process.ts";
import { commitId, unknownCommit } from "./objects.ts";

const RAW = ["-r", "--no-renames", "--raw", "-z"];
const PATCH = [
  "-r",
  "--no-renames",
  "-p",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--no-indent-heuristic",
  "--diff-algorithm=histogram",
  "--unified=3",
  "--submodule=short",
  "--src-prefix=a/",
  "--dst-prefix=b/",
];

interface RawRecord {
  readonly path: string;
  readonly letter: string;
}

interface Patch {
  readonly hunks: readonly Hunk[];
  readonly added: number;
  readonly deleted: number;
}

/** @throws OrionError UNKNOWN_COMMIT when the mirror lacks one of them */
export async function diffCommits(
  git: GitProcess,
  gitDir: string,
  base: string,
  head: string,
): Promise<readonly FileDiff[]> {
  const commits = [`${commitId(base)}^{commit}`, `${commitId(head)}^{commit}`];
  const ask = (form: readonly string[]) =>
    git.run({ gitDir, args: ["diff-tree", ...form, ...commits], accept: [0, 128] });
  // two answers: only the raw one gives paths as they are, only the quoting one keeps them out of the patch's lines
  const [raw, patch] = await Promise.all([ask(RAW), ask(PATCH)]);
  if (raw.code !== 0 || patch.code !== 0) throw unknownCommit(`${base} or ${head}`);
  const patches = new PatchReader(patch.stdout.toString("utf8"));
  return rawRecords(raw.stdout.toString("utf8")).map((record) => fileDiff(record, patches));
}

/** `:<modes> <ids> <letter>\0<path>\0`, again and again. */
function rawRecords(text: string): readonly RawRecord[] {
  const fields = text.split("\0");
  const records: RawRecord[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    records.push({ path: fields[at + 1] ?? "", letter: fields[at]?.split(" ")[4] ?? "" });
  }
  return records;
}

function fileDiff(record: RawRecord, patches: PatchReader): FileDiff {
  const { path, letter } = record;
  if (letter === "A") return { path, status: "added", ...patches.next(path) };
  if (letter === "D") return { path, status: "deleted", ...patches.next(path) };
  if (letter !== "T") return { path, status: "modified", ...patches.next(path) };
  // a file that became a link, or the other way: git writes a removal and an addition
  const before = patches.next(path);
  const after = patches.next(path);
  return {
    path,
    status: "modified",
    hunks: [...before.hunks, ...after.hunks],
    added: after.added,
    deleted: before.deleted,
  };
}

/** Walks the patches by the line counts of their hunks, so that no content can pass for a header. */
class PatchReader {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.split("\n");
  }

  next(path: string): Patch {
    if (!this.#line().startsWith("diff --git ")) {
      throw new OrionError("GIT_FAILED", "git diff-tree wrote no patch for a path; report this with its name", {
        path,
      });
    }
    this.#at += 1;
    const hunks: Hunk[] = [];
    let added = 0;
    let deleted = 0;
    while (this.#at < this.#lines.length && !this.#line().startsWith("diff --git ")) {
      const head = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(this.#line());
      if (head === null) {
        this.#at += 1;
        continue;
      }
      const hunk = this.#hunk(Number(head[2]), Number(head[1] ?? 1), Number(head[3] ?? 1));
      hunks.push({ newStart: hunk.newStart, text: hunk.text });
      added += hunk.added;
      deleted += hunk.deleted;
    }
    return { hunks, added, deleted };
  }

  #hunk(newStart: number, oldLines: number, newLines: number) {
    const from = this.#at;
    this.#at += 1;
    let added = 0;
    let deleted = 0;
    let context = 0;
    while (deleted + context < oldLines || added + context < newLines || this.#line().startsWith("\\")) {
      const sign = this.#line()[0];
      if (sign === "+") added += 1;
      else if (sign === "-") deleted += 1;
      else if (sign !== "\\") context += 1;
      this.#at += 1;
    }
    return { newStart, added, deleted, text: this.#lines.slice(from, this.#at).join("\n") };
  }

  #line(): string {
    return this.#lines[this.#at] ?? "";
  }
}
