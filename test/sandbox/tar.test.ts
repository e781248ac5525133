/** The export's names are changed and nothing else; what is no archive is refused. */
import { describe, expect, it } from "vitest";
import type { LeftOut } from "../../src/sandbox/left-out.ts";
import { relativeTo } from "../../src/sandbox/tar.ts";
import { readTar, type TarEntry, tarOf } from "./tars.ts";

const NOTHING: LeftOut = { folders: [], mixed: [], linkPrefix: "/deps/" };
const relative = (entries: readonly TarEntry[], leftOut = NOTHING) =>
  readTar(relativeTo("workspace", tarOf(entries)(), leftOut));

async function* inPieces(source: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.byteLength; at += size) yield chunk.subarray(at, at + size);
  }
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

describe("relativeTo", () => {
  it("takes the folder off every name, short, long and unicode, and keeps type, mode and bytes", async () => {
    const long = `${"folder/".repeat(40)}file.txt`;
    const found = await relative([
      { name: "workspace/", type: "directory" },
      { name: "workspace/a.sh", text: "one\n", mode: 0o755 },
      { name: `workspace/${long}`, text: "x".repeat(1500) },
      { name: "workspace/ünï ☃", text: "snow" },
      { name: "workspace/link", type: "symlink", linkname: "workspace/stays" },
      { name: "workspace/hard", type: "link", linkname: "workspace/a.sh" },
      { name: "workspace/pipe", type: "fifo" },
    ]);
    expect([...found.keys()]).toEqual(["a.sh", long, "ünï ☃", "link", "hard", "pipe"]);
    expect(found.get("a.sh")).toMatchObject({ mode: 0o755, text: "one\n", type: "file" });
    expect(found.get(long)?.text).toBe("x".repeat(1500));
    expect(found.get("link")).toMatchObject({ type: "symlink", linkname: "workspace/stays" });
    expect(found.get("hard")).toMatchObject({ type: "link", linkname: "a.sh" });
    expect(found.get("pipe")?.type).toBe("fifo");
  });
  it("does not mind where the chunks of the stream are cut", async () => {
    const entries = [
      { name: "workspace/a", text: "a".repeat(700) },
      { name: `workspace/${"é".repeat(90)}`, text: "b" },
    ];
    const whole = await bytesOf(relativeTo("workspace", tarOf(entries)(), NOTHING));
    for (const size of [1, 511, 513]) {
      expect((await bytesOf(relativeTo("workspace", inPieces(tarOf(entries)(), size), NOTHING))).equals(whole)).toBe(
        true,
      );
    }
  });
  it("passes a type nobody knows on as what it is", async () => {
    const archive = await bytesOf(tarOf([{ name: "workspace/odd", text: "" }])());
    archive.write("S", 156, "latin1");
    archive.fill(" ", 148, 156);
    const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    archive.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    const out = await bytesOf(relativeTo("workspace", once(archive), NOTHING));
    expect(out.toString("latin1", 156, 157)).toBe("S");
  });
  it("leaves whole folders out, and only the links where the content has the folder too", async () => {
    const leftOut = { folders: ["node_modules"], mixed: ["build"], linkPrefix: "/deps/" };
    const found = await relative(
      [
        { name: "workspace/node_modules/x/index.js", text: "left out" },
        { name: "workspace/node_modules_not/x", text: "kept" },
        { name: "workspace/build/linked", type: "symlink", linkname: "/deps/build/linked" },
        { name: "workspace/build/other", type: "symlink", linkname: "tracked" },
        { name: "workspace/build/tracked", text: "kept" },
        { name: "workspace/evil", type: "symlink", linkname: "/deps/anything" },
      ],
      leftOut,
    );
    expect([...found.keys()]).toEqual(["node_modules_not/x", "build/other", "build/tracked", "evil"]);
  });
  it("refuses a stream that ends early, is no archive, or names what is not below the folder", async () => {
    const archive = await bytesOf(tarOf([{ name: "workspace/a", text: "a".repeat(2000) }])());
    const broken = [
      archive.subarray(0, 1500),
      Buffer.alloc(1024, 7),
      await bytesOf(tarOf([{ name: "etc/passwd", text: "x" }])()),
    ];
    for (const bytes of broken) {
      await expect(bytesOf(relativeTo("workspace", once(bytes), NOTHING))).rejects.toMatchObject({
        code: "EXPORT_BROKEN",
      });
    }
  });
});

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
