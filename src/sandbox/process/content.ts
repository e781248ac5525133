/**
 * Tar streams in and out of a plain folder. Going in, no entry is written
 * through a link; coming out, none is followed.
 */
import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, readlink, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Header, type Pack, pack } from "tar-stream";
import { OrionError } from "../../domain/errors.ts";
import { isLeftOut, type LeftOut } from "../left-out.ts";
import { workspacePath } from "../workspace-path.ts";

/** @throws OrionError SANDBOX_NOT_FILLED for an entry that is no file, folder or symbolic link, PATH_OUTSIDE_WORKSPACE */
export async function unpackInto(folder: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const reader = extract();
  const input = Readable.from(content);
  input.on("error", (error) => reader.destroy(error));
  input.pipe(reader);
  // Links come last, so that no file can be written through one.
  const links: { path: string; target: string }[] = [];
  for await (const entry of reader) {
    const { header } = entry;
    if (/^\.?\/*$/.test(header.name)) {
      entry.resume();
      continue;
    }
    const path = join(folder, workspacePath(header.name));
    if (header.type === "file") {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, "w", (header.mode & 0o111) === 0 ? 0o644 : 0o755);
      await pipeline(entry as AsyncIterable<Uint8Array>, file.createWriteStream());
      continue;
    }
    if (header.type === "directory") await mkdir(path, { recursive: true });
    else if (header.type === "symlink") links.push({ path, target: header.linkname });
    else throw notFilled(header);
    entry.resume();
  }
  for (const link of links) {
    await mkdir(dirname(link.path), { recursive: true });
    await symlink(link.target, link.path);
  }
}

function notFilled(header: Header): OrionError {
  return new OrionError(
    "SANDBOX_NOT_FILLED",
    `${header.name} is a ${header.type}; only files, folders and links enter`,
    {
      path: header.name,
    },
  );
}

/** The folder as a tar stream, every entry as what it is. */
export async function* packFrom(folder: string, leftOut: LeftOut): AsyncIterable<Uint8Array> {
  const writer = pack();
  const walking = walk(writer, folder, "", leftOut).then(
    () => writer.finalize(),
    (error: unknown) => writer.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    for await (const chunk of writer as AsyncIterable<Uint8Array>) yield chunk;
  } finally {
    writer.destroy();
    await walking;
  }
}

async function walk(writer: Pack, root: string, below: string, leftOut: LeftOut): Promise<void> {
  for (const child of (await readdir(join(root, below))).sort()) {
    const name = below === "" ? child : `${below}/${child}`;
    const path = join(root, name);
    const stat = await lstat(path);
    const link = stat.isSymbolicLink() ? await readlink(path) : null;
    const type = stat.isSymbolicLink()
      ? "symlink"
      : stat.isDirectory()
        ? "directory"
        : stat.isFile()
          ? "file"
          : "other";
    if (isLeftOut(name, link, leftOut)) continue;
    const header = { name, mode: stat.mode & 0o7777, mtime: stat.mtime };
    if (link !== null) await put(writer, { ...header, type: "symlink", linkname: link });
    else if (type === "file") await putFile(writer, header, path);
    else if (stat.isFIFO()) await put(writer, { ...header, type: "fifo" });
    else if (type === "directory") {
      await put(writer, { ...header, type: "directory" });
      await walk(writer, root, name, leftOut);
    }
  }
}

function put(writer: Pack, header: Partial<Header> & { name: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    writer.entry(header, (error) => (error ? reject(error) : resolve()));
  });
}

async function putFile(writer: Pack, header: Partial<Header> & { name: string }, path: string): Promise<void> {
  // The file may have become a link since it was looked at.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const bytes = await file.readFile();
    await new Promise<void>((resolve, reject) => {
      writer.entry({ ...header, type: "file", size: bytes.byteLength }, bytes, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  } finally {
    await file.close();
  }
}
