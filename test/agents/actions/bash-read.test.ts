/** `bash` and `read`: what is shown, what is kept, what is told of a failure. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bashAction } from "../../../src/agents/actions/bash.ts";
import { createOutputs } from "../../../src/agents/actions/outputs.ts";
import { readAction } from "../../../src/agents/actions/read.ts";
import type { ExecOptions, Sandbox } from "../../../src/domain/ports/sandbox-port.ts";
import { act, contextOf } from "../support/action-context.ts";
import { type FolderSandbox, folderSandbox } from "../support/folder-sandbox.ts";

let sandbox: FolderSandbox;
beforeEach(async () => {
  sandbox = await folderSandbox({ "a.txt": "one\ntwo\nthree\n" });
});
afterEach(() => sandbox.close());

const bash = (args: object, changes = {}) => act(bashAction(), args, contextOf(sandbox, changes));
const read = (args: object, changes = {}) => act(readAction(), args, contextOf(sandbox, changes));

describe("bash", () => {
  it("gives the exit code and both outputs, from the workspace", async () => {
    expect(await bash({ command: "cat a.txt; echo wrong >&2; exit 2" })).toBe("exit 2\none\ntwo\nthree\nwrong");
    expect(await bash({ command: "true" })).toBe("exit 0");
  });

  it("has a shell whose tests and arrays work", async () => {
    expect(await bash({ command: "[[ a == a* ]] && x=({1..3}) && echo $x" })).toBe("exit 0\n1");
  });

  it("takes colours and bytes no database holds out of the output", async () => {
    expect(await bash({ command: "printf '\\033[31mred\\033[0m\\000!'" })).toBe("exit 0\nred!");
  });

  it("ends a command at the time it asked for and says so", async () => {
    expect(await bash({ command: "echo begun; sleep 60", timeout_seconds: 1 })).toBe(
      "timed out after 1 s and was killed\nbegun",
    );
  });

  it("gives two minutes unasked, ten at most", async () => {
    const deadlines: number[] = [];
    const spy: Sandbox = {
      ...sandbox,
      exec: async (_argv: readonly string[], options: ExecOptions) => {
        deadlines.push(options.deadlineMs);
        return { exitCode: null, timedOut: false, outOfMemory: true, output: "", durationMs: 1 };
      },
    };
    expect(await act(bashAction(), { command: "x" }, contextOf(spy))).toBe("killed: out of memory");
    await act(bashAction(), { command: "x", timeout_seconds: 600 }, contextOf(spy));
    expect(deadlines).toEqual([120_000, 600_000]);
    expect(bashAction().prepare('{"command":"x","timeout_seconds":601}')).toMatchObject({ ok: false });
  });

  it("shows head and tail of a long output, and read shows what is between", async () => {
    const context = contextOf(sandbox, { reference: "output:7", outputs: createOutputs() });
    const shown = await act(bashAction(), { command: "seq 1 5000" }, context);
    expect(shown.length).toBeLessThan(10_200);
    expect(shown).toMatch(/^exit 0\n1\n2\n/);
    expect(shown).toMatch(/\n4999\n5000$/);
    expect(shown).toContain("[… 13892 characters left out; read output:7 shows them …]");
    expect(await act(readAction(), { path: "output:7", start: 2500, end: 2502 }, context)).toBe(
      "2500\t2500\n2501\t2501\n2502\t2502",
    );
  });
});

describe("read", () => {
  it("numbers lines, all or a range", async () => {
    expect(await read({ path: "a.txt" })).toBe("1\tone\n2\ttwo\n3\tthree");
    expect(await read({ path: "a.txt", start: 2, end: 2 })).toBe("2\ttwo");
    expect(await read({ path: `${sandbox.workdir}/a.txt`, start: 3, end: 99 })).toBe("3\tthree");
  });

  it("stops a long file at a whole line and says where to go on", async () => {
    await sandbox.writeFile(
      "long.txt",
      Buffer.from(Array.from({ length: 5000 }, (_, n) => `line ${n + 1}`).join("\n")),
    );
    const shown = await read({ path: "long.txt" });
    expect(shown.length).toBeLessThan(20_100);
    const next = Number(/\[5000 lines in all; go on with start (\d+)\]$/.exec(shown)?.[1]);
    expect(await read({ path: "long.txt", start: next, end: next })).toBe(`${next}\tline ${next}`);
    expect(shown).toContain(`\n${next - 1}\tline ${next - 1}\n`);
  });

  it("shortens one endless line", async () => {
    await sandbox.writeFile("wide.txt", Buffer.from("x".repeat(50_000)));
    expect(await read({ path: "wide.txt" })).toMatch(/^1\tx{2000} \[… 48000 more characters\]$/);
  });

  it("names what it cannot show", async () => {
    await sandbox.writeFile("blob", Buffer.from([1, 0, 2]));
    await sandbox.writeFile("nothing", Buffer.from(""));
    expect(await read({ path: "no.txt" })).toMatch(/^error: no file no\.txt; find it with bash/);
    expect(await read({ path: "../etc" })).toMatch(/^error: .* outside the workspace/);
    expect(await read({ path: "blob" })).toBe("error: blob is binary, 3 bytes; look at it with bash");
    expect(await read({ path: "nothing" })).toBe("[empty]");
    expect(await read({ path: "a.txt", start: 9 })).toBe("error: there are only 3 lines; read from a smaller start");
    expect(await read({ path: "output:9" })).toBe("error: nothing is kept as output:9; run the command again");
  });
});

describe("kept outputs", () => {
  it("let the oldest go when they grow too many, and say that only the cut text is left", async () => {
    const outputs = createOutputs(100);
    outputs.show("output:1", "cut");
    outputs.keep("output:1", "a".repeat(60));
    outputs.keep("output:2", "b".repeat(60));
    expect(outputs.find("output:1")).toEqual({ text: "cut", whole: false });
    expect(outputs.find("output:2")?.whole).toBe(true);
    expect(await read({ path: "output:1" }, { outputs })).toBe(
      "[only this is left of output:1; run the command again for the whole]\n1\tcut",
    );
  });
});
