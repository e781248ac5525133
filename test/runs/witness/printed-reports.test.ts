/** Reports as the real tools of Debian 12 print them; the recordings lie beside. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TestReport } from "../../../src/domain/evidence.ts";
import { planSchema } from "../../../src/domain/plan.ts";
import { judgeRed, type RedVerdict } from "../../../src/runs/witness/judge-red.ts";
import { redReason } from "../../../src/runs/witness/red-reason.ts";
import { parseReport, type ReportFormat } from "../../../src/runs/witness/report.ts";

const recorded = (name: string): string => readFileSync(new URL(`./recorded/${name}.txt`, import.meta.url), "utf8");

function read(name: string, format: ReportFormat, folder = "") {
  return parseReport(recorded(name), { format, folder, workdir: "/workspace" });
}
const outcomes = (name: string, format: ReportFormat): Readonly<Record<string, string>> =>
  Object.fromEntries(read(name, format).tests.map((test) => [test.id, test.outcome]));

const plan = planSchema.parse({
  title: "Add multiply",
  goal: "products",
  criteria: [{ text: "multiply(2, 3) is 6" }],
  modules: ["Multiply"],
});

function judged(name: string, format: ReportFormat, file: string, claimed: string): RedVerdict {
  const report = (parsed: Pick<TestReport, "tests" | "unloadable">): TestReport => ({
    ...parsed,
    commit: "c",
    exitCode: 1,
    durationMs: 1,
    output: "",
  });
  const baseline = { tests: [], unloadable: [] };
  const red = read(name, format);
  const own = { tests: red.tests.filter((test) => test.file === file), unloadable: red.unloadable };
  return judgeRed({
    plan,
    claims: [{ criterion: 1, file, name: claimed }],
    testFiles: [file],
    baseline: report(baseline),
    red: report(own),
  });
}

describe("what go test printed", () => {
  it("is one result a test and subtest, with the file it lies in", () => {
    expect(outcomes("go-plain", "go")).toEqual({
      "inner/inner_test.go › TestOne": "passed",
      "math_test.go › TestAdd": "passed",
      "math_test.go › TestWrong › sub_case": "failed",
      "math_test.go › TestWrong": "failed",
      "math_test.go › TestLater": "skipped",
      "math_test.go › TestPanics": "failed",
    });
  });

  it("counts t.Errorf as an assertion and a panic as a fault of the test's own", () => {
    const failure = (name: string): string =>
      read("go-plain", "go").tests.find((test) => test.name === name)?.failure ?? "";
    expect(redReason(failure("TestWrong"), plan)).toBe("assertion");
    expect(redReason(failure("TestPanics"), plan)).toBeNull();
  });

  it("names every test file of a package that does not compile", () => {
    expect(read("go-undefined", "go").unloadable.map(({ file }) => file)).toEqual(["multiply_test.go", "math_test.go"]);
  });

  it("is red for an undefined name that the plan says, inside the package and from outside", () => {
    for (const name of ["go-undefined", "go-external"]) {
      expect(judged(name, "go", "multiply_test.go", "TestMultiply")).toMatchObject({
        kind: "red",
        rows: [{ reason: "not-loadable" }],
      });
    }
  });

  it("is not red for a syntax error, nor for a package the plan does not name", () => {
    expect(judged("go-syntax", "go", "multiply_test.go", "TestMultiply").kind).toBe("refused");
    expect(judged("go-nopackage", "go", "multiply_test.go", "TestMultiply")).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("example.com/math/slug is missing"),
    });
  });
});

describe("what cargo test printed", () => {
  it("is one result a test, by the target's file", () => {
    expect(outcomes("rust-plain", "cargo")).toEqual({
      "src/lib.rs › tests › adds": "passed",
      "tests/math.rs › adds": "passed",
      "tests/math.rs › later": "skipped",
      "tests/math.rs › odd": "failed",
      "tests/math.rs › panics": "failed",
      "tests/math.rs › wrong": "failed",
      "src/lib.rs › src/lib.rs - add (line 1)": "passed",
    });
  });

  it("keeps each failure's own words", () => {
    const failure = (name: string): string =>
      read("rust-plain", "cargo").tests.find((test) => test.name === name)?.failure ?? "";
    expect(failure("wrong")).toContain("left: `3`");
    expect(redReason(failure("wrong"), plan)).toBe("assertion");
    expect(redReason(failure("panics"), plan)).toBe("assertion");
    expect(redReason(failure("odd"), plan)).toBeNull();
  });

  it("is red for an import the plan names, not for a second name it does not, not for a syntax error", () => {
    const named = { ...plan, modules: ["multiply"] };
    expect(named.modules).toEqual(["multiply"]);
    expect(judged("rust-unresolved", "cargo", "tests/multiply.rs", "multiplies")).toMatchObject({
      kind: "red",
      rows: [{ reason: "not-loadable" }],
    });
    expect(judged("rust-notfound", "cargo", "tests/multiply.rs", "multiplies")).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("slug is missing"),
    });
    expect(judged("rust-syntax", "cargo", "tests/multiply.rs", "multiplies").kind).toBe("refused");
  });
});

describe("what unittest printed", () => {
  it("is one result a test, documented or not, by the module's file", () => {
    expect(outcomes("unittest", "unittest")).toEqual({
      "tests/test_math.py › MathTest › test_add": "passed",
      "tests/test_math.py › MathTest › test_later": "skipped",
      "tests/test_math.py › MathTest › test_odd": "failed",
      "tests/test_math.py › MathTest › test_wrong": "failed",
    });
    expect(read("unittest", "unittest").unloadable.map(({ file }) => file)).toEqual([
      "tests/test_broken.py",
      "tests/test_multiply.py",
    ]);
  });

  it("tells a module that lacks a name from one that does not parse", () => {
    const [broken, multiply] = read("unittest", "unittest").unloadable;
    expect(broken?.failure).toContain("SyntaxError");
    expect(multiply?.failure).toContain("cannot import name 'multiply'");
  });
});

describe("what a Makefile's tests printed", () => {
  const text = [
    "# file: tests/slug.sh",
    "ok 1 - keeps letters",
    "not ok 2 - joins words",
    "# wanted a-b, got a b",
    "ok 3 - later # SKIP not today",
    'sh: tests/broken.sh: 4: Syntax error: "fi" unexpected',
    "tests/other.sh: line 3: syntax error near unexpected token `fi'",
  ].join("\n");

  it("is read as TAP, with scripts that do not parse", () => {
    const { tests, unloadable } = parseReport(text, { format: "printed", folder: "", workdir: "/workspace" });
    expect(tests.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["tests/slug.sh › keeps letters", "passed"],
      ["tests/slug.sh › joins words", "failed"],
      ["tests/slug.sh › later", "skipped"],
    ]);
    expect(tests[1]?.failure).toContain("wanted a-b");
    expect(unloadable.map(({ file }) => file)).toEqual(["tests/broken.sh", "tests/other.sh"]);
    expect(redReason(tests[1]?.failure ?? "", plan)).toBe("assertion");
  });

  it("in another tool's format is read in that", () => {
    expect(read("rust-plain", "printed").tests).toHaveLength(7);
    expect(read("unittest", "printed").tests).toHaveLength(4);
  });

  it("that holds no result is called unreadable, with what it said", () => {
    expect(() => parseReport("make: nothing to be done", { format: "printed", folder: "", workdir: "/" })).toThrow(
      /nothing to be done/,
    );
  });
});

it("names files as seen from the top when the project lies in a folder", () => {
  const { tests } = read("go-plain", "go", "libs/math");
  expect(tests[0]).toMatchObject({
    file: "libs/math/inner/inner_test.go",
    id: "libs/math/inner/inner_test.go › TestOne",
  });
});
