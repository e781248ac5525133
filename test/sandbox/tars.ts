/**
 * Tar streams for tests: made from a list of entries, read back into one. It
 * is not a test file.
 */
import { extract, pack } from "tar-stream";
import type { SandboxHome, TarSource } from "../../src/domain/ports/sandbox-port.ts";

export interface TarEntry {
  readonly name: string;
  readonly type?: "file" | "symlink" | "directory" | "link" | "fifo";
  readonly text?: string;
  readonly mode?: number;
  readonly linkname?: string;
}

/** A content source of these entries. */
export function tarOf(entries: readonly TarEntry[]): TarSource {
  return () => {
    const tar = pack();
    for (const { text, ...header } of entries) {
      if (text === undefined) tar.entry(header);
      else tar.entry(header, text);
    }
    tar.finalize();
    return tar as AsyncIterable<Uint8Array>;
  };
}

/** Everything an export holds, by name. */
export async function readTar(source: AsyncIterable<Uint8Array>): Promise<Map<string, TarEntry>> {
  const reader = extract();
  const found = new Map<string, TarEntry>();
  const feeding = (async () => {
    for await (const chunk of source) reader.write(chunk);
    reader.end(null);
  })();
  feeding.catch((error: unknown) => reader.destroy(error instanceof Error ? error : new Error(String(error))));
  for await (const entry of reader) {
    const parts: Uint8Array[] = [];
    for await (const part of entry as AsyncIterable<Uint8Array>) parts.push(part);
    const { name, type, mode, linkname } = entry.header;
    const text = Buffer.concat(parts).toString("utf8");
    const kind = type as NonNullable<TarEntry["type"]>;
    found.set(name.replace(/\/$/, ""), { name, type: kind, mode, text, linkname });
  }
  await feeding;
  return found;
}

export const CONTENT: readonly TarEntry[] = [
  { name: "package.json", text: '{"name":"example"}\n' },
  { name: "bin/run.sh", text: "#!/bin/sh\necho ran\n", mode: 0o755 },
  { name: "docs/naïve ☃ file.md", text: "snow\n" },
  { name: "link.json", type: "symlink", linkname: "package.json" },
  { name: `deep/${"long-folder-name/".repeat(10)}end.txt`, text: "far away\n" },
];

let counter = 0;
export const freshName = () => `contract-${process.pid}-${++counter}`;

export function opening(home: () => SandboxHome, content: readonly TarEntry[] = CONTENT) {
  return home().open({ name: freshName(), runId: "run-contract", prepared: null, content: tarOf(content) });
}
