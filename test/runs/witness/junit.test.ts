import { describe, expect, it } from "vitest";
import { parseJUnit } from "../../../src/runs/witness/junit.ts";

const vitestReport = `<?xml version="1.0"?><testsuites name="vitest tests"><testsuite name="vt/a.test.ts">
<testcase classname="vt/a.test.ts" name="s &gt; deep"><failure message="expected 1 to be 2" type="AssertionError">AssertionError: expected 1 to be 2</failure></testcase>
<testcase classname="vt/a.test.ts" name="s &gt; ok"/>
<testcase classname="vt/a.test.ts" name="s &gt; later"><skipped/></testcase></testsuite>
<testsuite name="vt/b.test.ts"><testcase classname="vt/b.test.ts" name="vt/b.test.ts"><failure message="Cannot find module '../src/none.ts'" type="Error">Error</failure></testcase></testsuite></testsuites>`;

const nodeReport = `<?xml version="1.0"?><testsuites>
<testcase name="adds" classname="test" file="/ws/test/a.test.mjs" failure="2 == 3"><failure type="testCodeFailure" message="2 == 3">code: 'ERR_ASSERTION'</failure></testcase>
<testcase name="test/b.test.mjs" classname="test" file="/ws/test/b.test.mjs" failure="test failed"><failure type="testCodeFailure" message="test failed">exitCode: 1</failure></testcase>
<testsuite name="outer"><testsuite name="inner"><testcase name="deep" classname="inner" file="/ws/test/c.test.mjs"/></testsuite></testsuite></testsuites>`;

const nodeFailure = `<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testcase name="multiplies" time="0.001300" classname="test" file="/ws/test/a.test.js" failure="Expected values to be strictly equal:&#10;&#10;5 !== 6&#10;">
		<failure type="testCodeFailure" message="Expected values to be strictly equal:&#10;&#10;5 !== 6">
[Error [ERR_TEST_FAILURE]: Expected values to be strictly equal:

5 !== 6
] {
  code: 'ERR_TEST_FAILURE',
  failureType: 'testCodeFailure',
  cause: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:
  
  5 !== 6
  
      at TestContext.&lt;anonymous> (file:///ws/test/a.test.js:3:33)
      at Test.runInAsyncScope (node:async_hooks:227:14)
      at startSubtestAfterBootstrap (node:internal/test_runner/harness:387:17) {
    generatedMessage: true,
    code: 'ERR_ASSERTION',
    actual: 5,
    expected: 6,
    operator: 'strictEqual',
    diff: 'simple'
  }
}
		</failure>
	</testcase>
</testsuites>`;

const pytestReport = `<testsuites name="pytest tests"><testsuite name="pytest">
<testcase classname="tests.test_a.TestX" name="test_m" file="tests/test_a.py"><failure message="assert 1 == 2">E   assert 1 == 2</failure></testcase>
<testcase classname="" name="tests.test_b" file="tests/test_b.py"><error message="collection failure">E   ModuleNotFoundError: No module named 'nope'</error></testcase></testsuite></testsuites>`;

describe("reading a JUnit report", () => {
  it("tells vitest's tests apart by file and name, and files that did not load from tests that failed", () => {
    const { tests, unloadable } = parseJUnit(vitestReport, "/ws");
    expect(tests.map((test) => [test.id, test.outcome])).toEqual([
      ["vt/a.test.ts › s > deep", "failed"],
      ["vt/a.test.ts › s > ok", "passed"],
      ["vt/a.test.ts › s > later", "skipped"],
    ]);
    expect(unloadable.map((one) => one.file)).toEqual(["vt/b.test.ts"]);
    expect(unloadable[0]?.failure).toContain("Cannot find module '../src/none.ts'");
  });

  it("takes the workspace off node:test's paths and keeps nested suites in the name", () => {
    const { tests, unloadable } = parseJUnit(nodeReport, "/ws");
    expect(tests.map((test) => test.id)).toEqual(["test/a.test.mjs › adds", "test/c.test.mjs › outer › inner › deep"]);
    expect(unloadable.map((one) => one.file)).toEqual(["test/b.test.mjs"]);
  });

  it("keeps of node:test's words what the test said and where, once", () => {
    const { tests } = parseJUnit(nodeFailure, "/ws");
    expect(tests[0]?.failure).toBe(
      [
        "AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:",
        "",
        "5 !== 6",
        "",
        "    at TestContext.<anonymous> (test/a.test.js:3:33)",
      ].join("\n"),
    );
  });

  it("reads pytest's classes and collection errors", () => {
    const { tests, unloadable } = parseJUnit(pytestReport, "/ws");
    expect(tests.map((test) => test.id)).toEqual(["tests/test_a.py › TestX › test_m"]);
    expect(unloadable).toEqual([
      { file: "tests/test_b.py", failure: expect.stringContaining("No module named 'nope'") },
    ]);
  });

  it("numbers tests of the same name, so that none hides another", () => {
    const xml = `<testsuite name="x"><testcase name="same" file="a.js"/><testcase name="same" file="a.js"/></testsuite>`;
    expect(parseJUnit(xml, "/ws").tests.map((test) => test.id)).toEqual(["a.js › x › same", "a.js › x › same (2)"]);
  });

  it("reads names and failures whose quotes are written as numbers", () => {
    const xml = `<testsuite name="m"><testcase classname="a" name="it&#x27;s caf&#233;" file="a.js"><failure>Cannot find module &#x27;./x&#x27;</failure></testcase></testsuite>`;
    expect(parseJUnit(xml, "/ws").tests).toMatchObject([
      { name: "m › it's café", failure: "Cannot find module './x'" },
    ]);
  });

  it("reads an empty report as no tests", () => {
    expect(parseJUnit(`<?xml version="1.0"?><testsuites>\n</testsuites>`, "/ws")).toEqual({
      tests: [],
      unloadable: [],
    });
  });

  it("refuses what is no report, and says what to set", () => {
    for (const text of ["", "ok 1 - tap", "<html></html>"]) {
      expect(() => parseJUnit(text, "/ws")).toThrow(/test\.report in \.github\/orion\.yml/);
    }
  });
});
