/** `edit` changes exactly what was quoted, or nothing and says why. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { editAction } from "../../../src/agents/actions/edit.ts";
import { act, contextOf } from "../support/action-context.ts";
import { type FolderSandbox, folderSandbox } from "../support/folder-sandbox.ts";

let sandbox: FolderSandbox;
beforeEach(async () => {
  sandbox = await folderSandbox({
    "a.ts": "one();\ntwo();\nthree();\n",
    "twice.ts": "x();\ny();\nx();\n",
    "empty.ts": "",
  });
});
afterEach(() => sandbox.close());

const edit = (args: object, changes = {}) => act(editAction(), args, contextOf(sandbox, changes));
const fileText = async (path: string) => Buffer.from((await sandbox.readFile(path)) ?? []).toString("utf8");

describe("a replacement", () => {
  it("replaces the quoted text and shows what differs with its line", async () => {
    const result = await edit({ path: "a.ts", edits: [{ old: "one();\ntwo();", new: "one();\n2();" }] });
    expect(result).toBe("edited a.ts\n@@ line 2 @@\n-two();\n+2();");
    expect(await fileText("a.ts")).toBe("one();\n2();\nthree();\n");
  });

  it("takes old and new beside path, edits as one object, and edits as JSON text", async () => {
    await edit({ path: "a.ts", old: "one", new: "1" });
    await edit({ path: "a.ts", edits: { old: "two", new: "2" } });
    await edit({ path: "a.ts", edits: JSON.stringify([{ old: "three", new: "3" }]) });
    expect(await fileText("a.ts")).toBe("1();\n2();\n3();\n");
  });

  it("applies several edits in order, each on what the one before left", async () => {
    await edit({
      path: "a.ts",
      edits: [
        { old: "one", new: "ten" },
        { old: "ten", new: "eleven" },
      ],
    });
    expect(await fileText("a.ts")).toBe("eleven();\ntwo();\nthree();\n");
  });

  it("applies none when one of several does not fit", async () => {
    const result = await edit({
      path: "a.ts",
      edits: [
        { old: "one", new: "1" },
        { old: "nowhere", new: "2" },
      ],
    });
    expect(result).toMatch(/^error: a\.ts: edits\[1\]\.old is not in the file\./);
    expect(result).toContain("No edit of this call was applied.");
    expect(await fileText("a.ts")).toBe("one();\ntwo();\nthree();\n");
  });

  it("puts dollar signs in as they are", async () => {
    await edit({ path: "a.ts", old: "two", new: "$&$1$$" });
    expect(await fileText("a.ts")).toBe("one();\n$&$1$$();\nthree();\n");
  });

  it("deletes when new is empty", async () => {
    await edit({ path: "a.ts", old: "two();\n", new: "" });
    expect(await fileText("a.ts")).toBe("one();\nthree();\n");
  });
});

describe("bytes that are not the edit's", () => {
  it("keeps CRLF where the model writes LF, in the old text and in the new", async () => {
    await sandbox.writeFile("crlf.ts", Buffer.from("a\r\nb\r\nc\r\n"));
    await edit({ path: "crlf.ts", old: "a\nb", new: "a\nB\nb2" });
    await edit({ path: "crlf.ts", old: "c", new: "c\nd" });
    expect(await fileText("crlf.ts")).toBe("a\r\nB\r\nb2\r\nc\r\nd\r\n");
  });

  it("keeps LF in an LF file, and each line end of a mixed one", async () => {
    await edit({ path: "a.ts", old: "one();\r\ntwo();", new: "1();\r\n2();" });
    expect(await fileText("a.ts")).toBe("1();\n2();\nthree();\n");
    await sandbox.writeFile("mixed.ts", Buffer.from("a\r\nb\r\nc\nd\n"));
    await edit({ path: "mixed.ts", old: "c\nd", new: "C\nD" });
    await edit({ path: "mixed.ts", old: "a\nb", new: "A\nB" });
    expect(await fileText("mixed.ts")).toBe("A\r\nB\r\nC\nD\n");
  });

  it("keeps a byte order mark, whether the model quotes it or not", async () => {
    await sandbox.writeFile("bom.ts", Buffer.from("\uFEFFone\ntwo\n"));
    await edit({ path: "bom.ts", old: "one", new: "1" });
    await edit({ path: "bom.ts", old: "\uFEFF1\n", new: "uno\n" });
    expect(await fileText("bom.ts")).toBe("\uFEFFuno\ntwo\n");
  });

  it("leaves a file alone that is not UTF-8", async () => {
    const bytes = Buffer.from([0x66, 0xff, 0x0a]);
    await sandbox.writeFile("latin", bytes);
    expect(await edit({ path: "latin", old: "f", new: "g" })).toBe(
      "error: latin is not UTF-8 text; change it with bash",
    );
    expect(Buffer.from((await sandbox.readFile("latin")) ?? [])).toEqual(bytes);
  });
});

describe("a quote that does not fit", () => {
  it("names every place of an ambiguous one", async () => {
    expect(await edit({ path: "twice.ts", old: "x();", new: "z();" })).toBe(
      "error: twice.ts: old stands there 2 times, at lines 1, 3; add lines around it until it is unique",
    );
    expect(await fileText("twice.ts")).toBe("x();\ny();\nx();\n");
  });

  it("shows the nearest place with line numbers", async () => {
    const result = await edit({ path: "a.ts", old: "twoo();\nthree();", new: "" });
    expect(result).toBe("error: a.ts: old is not in the file. The nearest place is:\n2\ttwo();\n3\tthree();");
  });

  it("says when only white space differs", async () => {
    await sandbox.writeFile("tabs.ts", Buffer.from("if (a) {\n\treturn b;\n}\n"));
    expect(await edit({ path: "tabs.ts", old: "if (a) {\n  return b;\n}", new: "" })).toContain(
      "It differs from this place only in white space:\n1\tif (a) {\n2\t\treturn b;\n3\t}",
    );
  });

  it("says when nothing is near, and when the new text is there already", async () => {
    expect(await edit({ path: "a.ts", old: "completely different words", new: "" })).toMatch(
      /Nothing in the file is near it/,
    );
    expect(await edit({ path: "a.ts", old: "zwei();", new: "two();" })).toContain(
      "The new text already stands at line 2.",
    );
  });

  it("refuses an edit that changes nothing and one with nothing to find", async () => {
    expect(await edit({ path: "a.ts", old: "one", new: "one" })).toMatch(/are the same/);
    expect(
      await edit({
        path: "a.ts",
        edits: [
          { old: "one", new: "1" },
          { old: "", new: "2" },
        ],
      }),
    ).toMatch(/edits\[1\]\.old is empty/);
  });

  it("finds the nearest place in a long file at once", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `const value${index} = compute(${index});`);
    await sandbox.writeFile("long.ts", Buffer.from(lines.join("\n")));
    const started = performance.now();
    const result = await edit({
      path: "long.ts",
      old: "const value15000 = compute(1);\nconst value15001 = compute(15001);",
      new: "",
    });
    expect(result).toContain("15001\tconst value15000 = compute(15000);");
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("a new file", () => {
  it("is made with its folders by an empty old", async () => {
    expect(await edit({ path: "deep/er/new.ts", old: "", new: "a\nb\n" })).toBe("new file deep/er/new.ts, 2 lines");
    expect(await fileText("deep/er/new.ts")).toBe("a\nb\n");
    expect(await edit({ path: "empty.ts", old: "", new: "x" })).toBe("new file empty.ts, 1 lines");
  });

  it("never replaces one that has content", async () => {
    expect(await edit({ path: "a.ts", old: "", new: "gone" })).toBe(
      "error: a.ts exists and is not empty; quote what to replace in old",
    );
    expect(await fileText("a.ts")).toContain("two");
  });

  it("is not invented by a quote from a file that is not there", async () => {
    expect(await edit({ path: "no.ts", old: "a", new: "b" })).toBe(
      "error: no file no.ts; to make it, send one edit with an empty old",
    );
    expect(await sandbox.readFile("no.ts")).toBeNull();
  });

  it("is not made outside the workspace, and is found by its absolute path inside", async () => {
    expect(await edit({ path: "../out.ts", old: "", new: "b" })).toMatch(/^error: .* is outside the workspace/);
    expect(await edit({ path: `${sandbox.workdir}/in.ts`, old: "", new: "b" })).toBe("new file in.ts, 1 lines");
  });
});

describe("an edit carried out again", () => {
  it.each([
    { what: "a replacement", edits: [{ old: "two", new: "2" }] },
    { what: "an insertion whose old text is still there", edits: [{ old: "one();", new: "one();\nzero();" }] },
    { what: "a deletion", edits: [{ old: "two();\n", new: "" }] },
    {
      what: "several edits",
      edits: [
        { old: "one", new: "1" },
        { old: "1();\ntwo", new: "1();\ndeux" },
        { old: "three();\n", new: "" },
      ],
    },
    { what: "a new file", edits: [{ old: "", new: "fresh\n" }], path: "fresh.ts" },
  ])("changes nothing more: $what", async ({ edits, path = "a.ts" }) => {
    await edit({ path, edits });
    const after = await fileText(path);
    expect(await edit({ path, edits }, { again: true })).toMatch(/^already applied: /);
    expect(await fileText(path)).toBe(after);
  });

  it("is carried out when it was not before", async () => {
    expect(await edit({ path: "a.ts", old: "one();", new: "one();\nzero();" }, { again: true })).toMatch(
      /^edited a\.ts/,
    );
    expect(await fileText("a.ts")).toBe("one();\nzero();\ntwo();\nthree();\n");
  });

  it("is carried out when its new text stands elsewhere by itself", async () => {
    expect(await edit({ path: "a.ts", old: "two();", new: "one();" }, { again: true })).toMatch(/^edited a\.ts/);
    expect(await edit({ path: "twice.ts", old: "five();", new: "x();" }, { again: true })).toMatch(/^error: /);
  });

  it("is an error when the file looks like neither", async () => {
    expect(await edit({ path: "a.ts", old: "five", new: "six" }, { again: true })).toMatch(
      /^error: a\.ts: old is not in the file/,
    );
  });
});

it("cuts the diff of a long change", async () => {
  const result = await edit({
    path: "a.ts",
    old: "two();",
    new: Array.from({ length: 200 }, (_, n) => `line${n}();`).join("\n"),
  });
  expect(result.split("\n").length).toBeLessThan(30);
  expect(result).toMatch(/\[… 178 more lines\]$/);
});
