/** As much of the port as reading commits takes: each commit is a map of paths to texts. */
import { createHash } from "node:crypto";
import { pack } from "tar-stream";
import type { Git } from "../../../../src/domain/ports/git-port.ts";

export type Files = Readonly<Record<string, string>>;

export function memoryGit(commits: Readonly<Record<string, Files>>): Git {
  const filesOf = (commit: string): Files => commits[commit] ?? {};
  const known: Pick<Git, "tree" | "file" | "archive"> = {
    tree: async (_, commit) =>
      Object.entries(filesOf(commit)).map(([path, text]) => ({
        path,
        mode: "100644",
        size: Buffer.byteLength(text),
        sha: createHash("sha1").update(text).digest("hex"),
      })),
    file: async (_, commit, path) => {
      const text = filesOf(commit)[path];
      return text === undefined ? null : Buffer.from(text);
    },
    archive: async function* (_, commit) {
      const tar = pack();
      for (const [name, text] of Object.entries(filesOf(commit))) tar.entry({ name }, text);
      tar.finalize();
      yield* tar as AsyncIterable<Uint8Array>;
    },
  };
  return known as Git;
}
