import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadScript } from "../../src/local/model/script-file.ts";

function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), "script-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const calls = (text: string, directory?: string) =>
  loadScript(directory === undefined ? { text } : { text, directory }).map((line) => line.calls);

describe("a script", () => {
  it("may hold comments, blank lines, a byte order mark and entries over several lines", () => {
    const script = loadScript({
      text: `\uFEFF// Greeting\n\n{"role":"plan","say":"a"}\r\n  # later\n{\n  "role": "red",\n\n  "bash": "npm test",\n  "expect": {\n    "lacks": "x"\n  }\n}\n  {"role":"green","say":"c"}\n`,
    });
    expect(script.map(({ at, role }) => [at, role])).toEqual([
      [3, "plan"],
      [5, "red"],
      [13, "green"],
    ]);
  });

  it("lets actions stand by their own name, several of one kind, in the order written", () => {
    const line = `{"role":"green","read":"a.ts","say":"s","edit":[{"path":"n.ts","new":"x"},{"path":"o.ts","old":"1","new":"2"}],"bash":["ls","pwd"],"calls":[{"name":"ask","arguments":{"question":"q"}}],"finish":{"summary":"s"}}`;
    expect(calls(line)[0]?.map((call) => call.name)).toEqual(["read", "edit", "edit", "bash", "bash", "ask", "finish"]);
    expect(
      calls(line)[0]
        ?.slice(0, 4)
        .map((call) => call.arguments),
    ).toEqual([
      { path: "a.ts" },
      { path: "n.ts", old: "", new: "x" },
      { path: "o.ts", old: "1", new: "2" },
      { command: "ls" },
    ]);
  });

  it("takes texts from files beside it and from lists of lines", () => {
    const directory = folder({ "tool.ts": "export const a = `b`;\n" });
    const text = `{"role":"green","edit":[{"path":"a","new_from":"tool.ts"},{"path":"b","new_lines":["one","two"]}]}`;
    expect(calls(text, directory)[0]?.map((call) => call.arguments.new)).toEqual([
      "export const a = `b`;\n",
      "one\ntwo\n",
    ]);
    writeFileSync(join(directory, "script.jsonl"), text);
    expect(loadScript(join(directory, "script.jsonl"))).toEqual(loadScript({ text, directory }));
  });

  it.each([
    ["no object", `{"role":"red","say":"a"}\nhello`, "line 2", "put { first"],
    ["bad JSON", `{"role":"red","say":"a"}\n{"role":"red",}`, "line 2", "not valid JSON"],
    ["an entry that never ends", `{"role":"red",\n  "say":"a"\n{"role":"red","say":"b"}`, "line 1", "not valid JSON"],
    ["an unknown role", `\n{"role":"boss","say":"a"}`, "line 2", "role"],
    ["an unknown key", `{"role":"red","sya":"a"}`, "line 1", "sya"],
    ["an unknown key of expect", `{"role":"red","say":"a","expect":{"has":"b"}}`, "line 1", "has"],
    ["an unknown fault", `{"role":"red","say":"a","fault":"fire"}`, "line 1", "fault"],
    ["a line that does nothing", `{"role":"red","run":2}`, "line 1", "neither says nor calls"],
    ["a file that is not there", `{"role":"red","say_from":"no.txt"}`, "line 1", "no.txt cannot be read"],
    ["a text given twice", `{"role":"red","say":"a","say_lines":["b"]}`, "line 1", "given twice"],
    ["nothing", `// later`, "script", "holds no line"],
  ])("is refused with line and remedy for %s", (_name, text, where, remedy) => {
    const load = () => loadScript({ text, directory: folder({}) });
    expect(load).toThrow(expect.objectContaining({ code: "MODEL_SCRIPT_INVALID" }));
    expect(load).toThrow(new RegExp(`${where}.*${remedy}`));
  });

  it("is refused with its path when it is not there", () => {
    expect(() => loadScript("/nowhere/script.jsonl")).toThrow(/\/nowhere\/script\.jsonl.*check its path/);
  });
});
