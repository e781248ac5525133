/**
 * A workspace's tar stream as the importer wants to see it: names relative to
 * the workspace, dependency folders left out, every entry's true type kept. It
 * judges no entry; that is the importer's work.
 */
import { Readable } from "node:stream";
import { extract, type Header, pack } from "tar-stream";
import { OrionError } from "../domain/errors.ts";

/** Which entries stay out of an export. */
export interface LeftOut {
  /** folders the set-up made and the content does not have: left out whole */
  readonly folders: readonly string[];
  /** what links into the kept dependencies begin with; such links are left out wherever they stand in `mixed` */
  readonly linkPrefix: string;
  /** folders both the set-up and the content have: only the links in them are left out */
  readonly mixed: readonly string[];
}

/** @returns true when the entry of that (relative) name is a dependency and not the agent's work */
export function isLeftOut(name: string, type: string | null | undefined, link: string, leftOut: LeftOut): boolean {
  if (leftOut.folders.some((folder) => within(name, folder))) return true;
  if (type !== "symlink" || !link.startsWith(leftOut.linkPrefix)) return false;
  return leftOut.mixed.some((folder) => within(name, folder));
}

function within(name: string, folder: string): boolean {
  return name === folder || name.startsWith(`${folder}/`);
}

/**
 * Takes the first component off every name and hard-link target.
 * @param prefix the component, without `/`; the entry of that name itself is dropped
 * @throws OrionError EXPORT_BROKEN when the stream is no tar, ends early, or holds names outside the prefix
 */
export async function* relativeTo(
  prefix: string,
  source: AsyncIterable<Uint8Array>,
  leftOut: LeftOut,
): AsyncIterable<Uint8Array> {
  const reader = extract();
  const writer = pack();
  const input = Readable.from(source);
  input.on("error", (error) => reader.destroy(error));
  input.pipe(reader);
  const copying = copyEntries(reader, writer, prefix, leftOut).catch((error: unknown) => {
    writer.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of writer as AsyncIterable<Uint8Array>) yield chunk;
  } catch (cause) {
    if (cause instanceof OrionError) throw cause;
    throw new OrionError("EXPORT_BROKEN", "the workspace's tar stream broke off; export again", {}, cause);
  } finally {
    input.destroy();
    reader.destroy();
    writer.destroy();
    await copying;
  }
}

async function copyEntries(
  reader: ReturnType<typeof extract>,
  writer: ReturnType<typeof pack>,
  prefix: string,
  leftOut: LeftOut,
): Promise<void> {
  for await (const entry of reader) {
    const header = rename(entry.header, prefix);
    if (header === null || isLeftOut(header.name.replace(/\/$/, ""), header.type, header.linkname, leftOut)) {
      entry.resume();
      continue;
    }
    const sink = writer.entry(header);
    if (header.type === "file" || header.type === "contiguous-file") {
      for await (const chunk of entry) {
        if (!sink.write(chunk)) await drained(sink);
      }
      sink.end(null);
    } else {
      entry.resume();
    }
  }
  writer.finalize();
}

interface Emitter {
  once(event: "drain" | "close", listener: () => void): unknown;
}

function drained(sink: Emitter): Promise<void> {
  return new Promise((resolve) => {
    sink.once("drain", resolve);
    sink.once("close", resolve);
  });
}

function rename(header: Header, prefix: string): Header | null {
  if (!header.type) {
    throw new OrionError("EXPORT_BROKEN", `${header.name} is of no type a tar reader knows; remove it`, {
      path: header.name,
    });
  }
  const name = below(header.name, prefix);
  if (name === "") return null;
  const linkname = header.type === "link" ? below(header.linkname, prefix) : header.linkname;
  return { ...header, name, linkname, pax: otherRecords(header.pax) };
}

/** The old spelling of a long or non-ASCII name must not win over the new one. */
function otherRecords(pax: unknown): Record<string, unknown> | null {
  if (typeof pax !== "object" || pax === null) return null;
  const rest = Object.entries(pax).filter(([key]) => key !== "path" && key !== "linkpath" && key !== "size");
  return rest.length === 0 ? null : Object.fromEntries(rest);
}

function below(name: string, prefix: string): string {
  if (name === prefix || name === `${prefix}/`) return "";
  if (name.startsWith(`${prefix}/`)) return name.slice(prefix.length + 1);
  throw new OrionError("EXPORT_BROKEN", `${name} is not below ${prefix}; the engine answered with another folder`, {
    path: name,
  });
}
