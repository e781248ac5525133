import { describe, expect, it } from "vitest";
import { forbiddenPaths, isTestPath, runnerPaths } from "../../src/policy/test-paths.ts";

describe("which files are tests", () => {
  it.each([
    "test/a.js",
    "packages/x/tests/b.py",
    "src/a.test.ts",
    "src/__tests__/a.ts",
    "pkg/a_test.go",
    "test_a.py",
    "spec/a_spec.rb",
    "tests/fixtures/x.json",
  ])("%s is one", (path) => expect(isTestPath(path, [])).toBe(true));
  it.each(["src/a.ts", "README.md", "src/testing.ts", "contest/a.js", "latest.js"])("%s is none", (path) =>
    expect(isTestPath(path, [])).toBe(false),
  );

  it("takes the repository's own globs, too", () => {
    expect(isTestPath("checks/a.sh", ["checks/**"])).toBe(true);
  });
});

describe("paths that are watched", () => {
  it("never lets CI, submodules or Orion's own settings be written, however they are cased", () => {
    const paths = [
      ".github/workflows/ci.yml",
      ".GitHub/Workflows/x.yml",
      ".github/orion.yml",
      "sub/.gitmodules",
      ".github/CODEOWNERS",
      "src/a.ts",
    ];
    expect(forbiddenPaths(paths)).toEqual(paths.slice(0, 4));
  });

  it("knows what decides how tests run", () => {
    const paths = [
      "vitest.config.ts",
      "vitest.sandbox.config.ts",
      "package.json",
      "packages/a/jest.config.js",
      "tests/conftest.py",
      "pyproject.toml",
      "src/config.ts",
    ];
    expect(runnerPaths(paths)).toEqual(paths.slice(0, 6));
  });
});
