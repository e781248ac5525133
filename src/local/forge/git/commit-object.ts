/** What a commit object says, as git stores it. Pure. @source gitformat-signature(5), git-cat-file(1) */
import type { GitObject } from "./objects.ts";

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface CommitInfo {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const SIGNATURE = /^(.*?) ?<(.*)> (-?\d+) [+-]\d{4}$/;

/** @param object of the type `commit` */
export function readCommit({ sha, bytes }: GitObject): CommitInfo {
  const text = bytes.toString("utf8");
  const end = text.indexOf("\n\n");
  const head = (end === -1 ? text : text.slice(0, end)).split("\n");
  // lines of one header that begin with a space go on with it, and none of those is looked for
  const all = (name: string): readonly string[] =>
    head.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  return {
    sha,
    tree: all("tree")[0] ?? "",
    parents: all("parent"),
    author: signatureOf(all("author")[0]),
    committer: signatureOf(all("committer")[0]),
    message: end === -1 ? "" : text.slice(end + 2).replace(/\n+$/, ""),
  };
}

function signatureOf(text: string | undefined): Signature {
  const [, name = "", email = "", seconds = "0"] = SIGNATURE.exec(text ?? "") ?? [];
  return { name, email, date: utc(Number(seconds) * 1_000) };
}

/** @returns ISO 8601 in UTC, to the second */
export function utc(date: string | number): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, "Z");
}
