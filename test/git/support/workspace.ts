/**
 * A base commit with something of every kind, and workspaces that are this base
 * with a few edits, as an honest sandbox would export them.
 */
import type { SeedFile } from "./backend.ts";
import { type RawEntry, rawTar } from "./tar.ts";

/** A name in Unicode form NFD, which no new file may have. */
export const NFD = "cafe\u0301.txt";

export const BASE_FILES: Readonly<Record<string, SeedFile>> = {
  ".gitignore": "node_modules/\n*.log\n!keep.log\n/dist\n",
  "pkg/.gitignore": "!dist/\ngenerated.ts\n",
  "a.txt": "a\n",
  "src/b.ts": "b\n",
  "src/deep/c.ts": "c\n",
  "run.sh": { mode: "100755", data: "#!/bin/sh\n" },
  "tracked.log": "tracked although ignored\n",
  link: { mode: "120000", data: "a.txt" },
  "vendor/lib": { mode: "160000", data: "1".repeat(40) },
  [NFD]: "a name the base has\n",
  "odd\\name.txt": "another\n",
  ".orion/notes.md": "tracked notes\n",
};

/** What is edited: text or a raw entry in the place of a file, null for a removal. */
export type Edits = Readonly<Record<string, Omit<RawEntry, "name"> | string | null>>;

/** The base with some entries replaced, added or removed. */
export function workspaceTar(edits: Edits = {}): Buffer {
  return rawTar(workspaceEntries(edits));
}

export function workspaceEntries(edits: Edits = {}): readonly RawEntry[] {
  const entries = new Map<string, RawEntry>();
  for (const [name, file] of Object.entries(BASE_FILES)) entries.set(name, entryOf(name, file));
  for (const [name, edit] of Object.entries(edits)) {
    if (edit === null) entries.delete(name);
    else entries.set(name, typeof edit === "string" ? { name, data: edit } : { ...edit, name });
  }
  return [...entries.values()].map((entry) => ({ ...entry, name: `./${entry.name}` }));
}

function entryOf(name: string, file: SeedFile): RawEntry {
  if (typeof file === "string") return { name, data: file };
  if (file.mode === "120000") return { name, flag: "2", linkname: String(file.data), mode: 0o777 };
  if (file.mode === "160000") return { name: `${name}/`, flag: "5", mode: 0o755 };
  return { name, data: Buffer.from(file.data as string), mode: 0o755 };
}
