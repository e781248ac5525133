/** The small parts of the sandbox room, without an engine. */
import { describe, expect, it } from "vitest";
import { dockerAnswers, dockerConnection, isOpenToAll } from "../../src/sandbox/docker/connection.ts";
import {
  mayBeInUse,
  readContainerName,
  sandboxContainerName,
  spareContainerName,
} from "../../src/sandbox/docker/names.ts";
import { demultiplexer } from "../../src/sandbox/docker/shell/stream.ts";
import { shareWork } from "../../src/sandbox/once.ts";
import { collectOutput } from "../../src/sandbox/output.ts";

describe("collectOutput", () => {
  it("keeps everything below the bound and exactly head and tail above it", () => {
    const output = collectOutput(10);
    output.push(Buffer.from("0123456789"));
    expect(output.text()).toBe("0123456789");
    for (const part of ["abc", "defgh", "ijklmnopqrst", "XYZ"]) output.push(Buffer.from(part));
    expect(output.text()).toBe("01234\n[… 23 bytes left out …]\nstXYZ");
  });
  it("is the same whatever the chunks are", () => {
    const text = "x".repeat(50) + "y".repeat(50);
    const texts = [1, 3, 7, 100].map((size) => {
      const output = collectOutput(20);
      for (let at = 0; at < text.length; at += size) output.push(Buffer.from(text.slice(at, at + size)));
      return output.text();
    });
    expect(new Set(texts).size).toBe(1);
  });
});

describe("shareWork", () => {
  it("starts work once for all who ask meanwhile, and again afterwards", async () => {
    const shared = shareWork<number>();
    let starts = 0;
    const gate = Promise.withResolvers<void>();
    const start = () => gate.promise.then(() => ++starts);
    const both = [shared.join("a", start), shared.join("a", start)];
    gate.resolve();
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect(await shared.join("a", start)).toBe(2);
  });
  it("goes on for those who stay, and is called off when nobody does", async () => {
    const shared = shareWork<string>();
    const [one, other] = [new AbortController(), new AbortController()];
    const gate = Promise.withResolvers<string>();
    let calledOff = false;
    const start = (signal: AbortSignal) => {
      signal.addEventListener("abort", () => {
        calledOff = true;
        gate.reject(new Error("called off"));
      });
      return gate.promise;
    };
    const first = shared.join("a", start, one.signal);
    const second = shared.join("a", start, other.signal);
    one.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    expect(calledOff).toBe(false);
    other.abort();
    await expect(second).rejects.toMatchObject({ code: "ABORTED" });
    expect(calledOff).toBe(true);
  });
});

describe("names of containers", () => {
  it("tell sandbox and run apart, and nothing else is one of ours", () => {
    expect(readContainerName(`/${sandboxContainerName("green-1", "Run_7")}`)).toEqual({
      kind: "sandbox",
      name: "green-1",
      runId: "Run_7",
    });
    expect(readContainerName("/postgres")).toBeNull();
    expect(readContainerName("/orion.a")).toBeNull();
  });
  it("tell whether the process that made a spare still lives", () => {
    const mine = readContainerName(spareContainerName());
    if (mine?.kind !== "spare") throw new Error("not read as a spare");
    expect(mayBeInUse(mine, 0)).toBe(true);
    expect(mayBeInUse({ ...mine, start: "1" }, 0)).toBe(false);
    expect(mayBeInUse({ ...mine, machine: "elsewhere" }, 60_000)).toBe(true);
    expect(mayBeInUse({ ...mine, machine: "elsewhere" }, 2 * 3_600_000)).toBe(false);
  });
});

describe("the engine's connection", () => {
  it("is read from what DOCKER_HOST may say", () => {
    const tls = { ca: "a", cert: "b", key: "c" };
    expect(dockerConnection(null)).toEqual({ kind: "socket", path: "/var/run/docker.sock" });
    expect(dockerConnection("unix:///run/mine.sock")).toEqual({ kind: "socket", path: "/run/mine.sock" });
    expect(dockerConnection("tcp://box:2399", tls)).toEqual({ kind: "tcp", host: "box", port: 2399, tls });
    expect(dockerConnection("tcp://box", tls)).toMatchObject({ port: 2376 });
    expect(() => dockerConnection("ssh://box")).toThrow(expect.objectContaining({ code: "DOCKER_HOST" }));
  });
  it("over ssh is refused with what works instead", () => {
    expect(() => dockerConnection("ssh://orion@box")).toThrow(/ssh -N -L .*DOCKER_HOST=unix:/);
  });
  it.each([
    ["tcp://10.0.0.5:2375", null, true],
    ["tcp://10.0.0.5:2376", { ca: "a", cert: "b", key: "c" }, false],
    ["tcp://127.0.0.1:2375", null, false],
    ["tcp://127.0.0.1.example.org:2375", null, true],
    ["tcp://[::1]:2375", null, false],
    ["unix:///run/mine.sock", null, false],
  ] as const)("%s with %o is open to all: %s", (host, tls, open) => {
    expect(isOpenToAll(dockerConnection(host, tls))).toBe(open);
  });
  it("answers false, not an error, where nothing listens", async () => {
    expect(await dockerAnswers({ kind: "socket", path: "/nonexistent/docker.sock" })).toBe(false);
  });
});

describe("demultiplexer", () => {
  it("tells the streams apart wherever the chunks are cut", () => {
    const frame = (kind: number, text: string) => {
      const header = Buffer.alloc(8);
      header.writeUInt8(kind, 0);
      header.writeUInt32BE(Buffer.byteLength(text), 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    const bytes = Buffer.concat([frame(1, "out"), frame(2, "err"), frame(1, ""), frame(1, "more")]);
    for (const size of [1, 5, 8, 100]) {
      const heard = ["", "", ""];
      const push = demultiplexer((kind, chunk) => {
        heard[kind] += chunk.toString();
      });
      for (let at = 0; at < bytes.byteLength; at += size) push(bytes.subarray(at, at + size));
      expect(heard).toEqual(["", "outmore", "err"]);
    }
  });
});
