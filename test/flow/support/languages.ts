/** One small repository a language, the test that asks it for multiply(), a test that does not parse, and the code. */

export interface Language {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly test: { readonly path: string; readonly name: string; readonly text: string };
  /** the same test with a syntax error */
  readonly broken: string;
  readonly code: { readonly path: string; readonly text: string };
}

const lines = (...all: readonly string[]): string => `${all.join("\n")}\n`;

const npmTest = lines(
  'import assert from "node:assert/strict";',
  'import test from "node:test";',
  'import { multiply } from "../src/multiply.js";',
  'test("multiplies", () => assert.equal(multiply(2, 3), 6));',
);
const pytest = lines(
  "import pytest",
  "from multiply import multiply",
  "",
  "@pytest.mark.parametrize('a', [2])",
  "def test_multiplies(a):",
  "    assert multiply(a, 3) == 6",
);
const unittest = lines(
  "import unittest",
  "from multiply import multiply",
  "",
  "class MultiplyTest(unittest.TestCase):",
  "    def test_multiplies(self):",
  "        self.assertEqual(multiply(2, 3), 6)",
);
const goTest = lines(
  "package math",
  'import "testing"',
  "func TestMultiplies(t *testing.T) {",
  "\tif Multiply(2, 3) != 6 {",
  '\t\tt.Fatal("2 times 3 is not 6")',
  "\t}",
  "}",
);
const rustTest = lines(
  "use math::multiply::multiply;",
  "#[test]",
  "fn multiplies() {",
  "    assert_eq!(multiply(2, 3), 6);",
  "}",
);
const shellTest = lines(
  'if [ "$(sh src/multiply.sh 2 3 2>&1)" = 6 ]; then',
  '  echo "ok 1 - multiplies"',
  "else",
  '  echo "not ok 1 - multiplies"',
  "fi",
);

export const LANGUAGES: readonly Language[] = [
  {
    name: "npm",
    files: {
      "package.json": JSON.stringify({ name: "math", private: true, type: "module", scripts: { test: "node --test" } }),
      "package-lock.json": JSON.stringify({
        name: "math",
        lockfileVersion: 3,
        requires: true,
        packages: { "": { name: "math" } },
      }),
      "src/add.js": "export const add = (a, b) => a + b;\n",
    },
    test: { path: "test/multiply.test.js", name: "multiplies", text: npmTest },
    broken: npmTest.replace("assert.equal(multiply", "assert.equal(multiply(("),
    code: { path: "src/multiply.js", text: "export const multiply = (a, b) => a * b;\n" },
  },
  {
    name: "pytest",
    files: {
      "pytest.ini": "[pytest]\npythonpath = .\n",
      "add.py": "def add(a, b):\n    return a + b\n",
      "tests/test_add.py": "from add import add\n\ndef test_adds():\n    assert add(1, 2) == 3\n",
    },
    test: { path: "tests/test_multiply.py", name: "test_multiplies[2]", text: pytest },
    broken: pytest.replace("def test_multiplies(a):", "def test_multiplies(a:"),
    code: { path: "multiply.py", text: "def multiply(a, b):\n    return a * b\n" },
  },
  {
    name: "unittest",
    files: {
      "add.py": "def add(a, b):\n    return a + b\n",
      "tests/test_add.py": unittest.replaceAll("multiply", "add").replace("MultiplyTest", "AddTest").replace("6", "5"),
    },
    test: { path: "tests/test_multiply.py", name: "MultiplyTest › test_multiplies", text: unittest },
    broken: unittest.replace("def test_multiplies(self):", "def test_multiplies(self:"),
    code: { path: "multiply.py", text: "def multiply(a, b):\n    return a * b\n" },
  },
  {
    name: "go",
    files: {
      "go.mod": "module example.com/math\n\ngo 1.19\n",
      "add.go": "package math\n\nfunc Add(a, b int) int { return a + b }\n",
      "add_test.go": goTest
        .replaceAll("Multipl", "Add")
        .replace("Addies", "Adds")
        .replace("Addy(2, 3) != 6", "Add(2, 3) != 5"),
    },
    test: { path: "multiply_test.go", name: "TestMultiplies", text: goTest },
    broken: goTest.replace("Multiply(2, 3)", "Multiply(2, 3"),
    code: { path: "multiply.go", text: "package math\n\nfunc Multiply(a, b int) int { return a * b }\n" },
  },
  {
    name: "cargo",
    files: {
      "Cargo.toml": '[package]\nname = "math"\nversion = "0.1.0"\nedition = "2021"\n',
      "Cargo.lock": 'version = 3\n\n[[package]]\nname = "math"\nversion = "0.1.0"\n',
      "src/lib.rs": "pub fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n",
      "tests/add.rs": "#[test]\nfn adds() {\n    assert_eq!(math::add(1, 2), 3);\n}\n",
    },
    test: { path: "tests/multiply.rs", name: "multiplies", text: rustTest },
    broken: rustTest.replace("multiply(2, 3), 6)", "multiply(2, 3), 6"),
    code: { path: "src/multiply.rs", text: "pub fn multiply(a: i32, b: i32) -> i32 {\n    a * b\n}\n" },
  },
  {
    name: "make",
    files: {
      Makefile: 'test:\n\t@for one in tests/*.sh; do echo "# file: $$one"; sh $$one; done\n',
      "src/add.sh": "echo $(($1 + $2))\n",
      "tests/add.sh": shellTest
        .replaceAll("multipl", "add")
        .replaceAll("addies", "adds")
        .replace('addy.sh 2 3 2>&1)" = 6', 'add.sh 2 3)" = 5'),
    },
    test: { path: "tests/multiply.sh", name: "multiplies", text: shellTest },
    broken: shellTest.replace("\nfi\n", "\nfi fi (\n"),
    code: { path: "src/multiply.sh", text: "echo $(($1 * $2))\n" },
  },
];
