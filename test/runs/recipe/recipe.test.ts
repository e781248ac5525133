import { describe, expect, it } from "vitest";
import { conventionFor } from "../../../src/runs/recipe/convention.ts";
import type { RepositoryFacts } from "../../../src/runs/recipe/project.ts";
import { decideRecipe } from "../../../src/runs/recipe/read-recipe.ts";
import { parseSettings } from "../../../src/runs/recipe/settings.ts";
import { guidePath } from "../../../src/runs/words/briefs.ts";

function repository(files: Readonly<Record<string, string>>): RepositoryFacts {
  return { paths: new Set(Object.keys(files)), text: (path) => files[path] ?? null };
}
const manifest = (content: unknown): Record<string, string> => ({ "package.json": JSON.stringify(content) });

describe("how a repository is tested when it does not say so", () => {
  it("keeps the project's own vitest arguments and adds the report", () => {
    const found = conventionFor(
      repository({ ...manifest({ scripts: { test: "vitest --dir unit" } }), "package-lock.json": "" }),
    );
    expect(found?.setup).toEqual(["npm ci --ignore-scripts --no-audit --no-fund"]);
    expect(found?.command).toMatch(/vitest run --reporter=default --reporter=junit \S+ --dir unit$/);
  });

  it("puts the report's options behind the runner, in front of what else the script does", () => {
    const found = conventionFor(repository(manifest({ scripts: { test: "vitest run && eslint ." } })));
    expect(found?.command).toMatch(/--outputFile\.junit=\.orion\/junit\.xml && eslint \.$/);
  });

  it("guesses nothing about jest without a reporter that writes JUnit", () => {
    const jest = (devDependencies: Record<string, string>) =>
      conventionFor(repository(manifest({ scripts: { test: "jest" }, devDependencies })));
    expect(jest({ jest: "30" })).toBeNull();
    expect(jest({ jest: "30", "jest-junit": "16" })?.command).toContain("JEST_JUNIT_REPORT_TEST_SUITE_ERRORS=true");
  });

  it("puts node:test's reporters in front of its files", () => {
    const found = conventionFor(repository(manifest({ scripts: { test: "node --test test/*.test.js" } })));
    expect(found?.command).toMatch(
      /node --test --test-reporter=spec .*--test-reporter-destination=\.orion\/junit\.xml test\/\*\.test\.js/,
    );
    expect(found?.setup).toEqual([]);
  });

  it("tests a project without any test script by node:test", () => {
    expect(conventionFor(repository(manifest({})))?.name).toBe("node:test");
  });

  it("knows pnpm, yarn and projects without a lock file", () => {
    const setup = (files: Record<string, string>): readonly string[] | undefined =>
      conventionFor(repository(files))?.setup;
    expect(setup({ ...manifest({}), "pnpm-lock.yaml": "" })?.[0]).toContain("pnpm");
    expect(setup({ ...manifest({}), "yarn.lock": "" })?.[0]).toContain("yarn");
    expect(setup(manifest({ dependencies: { a: "1" } }))?.[0]).toContain("npm install");
  });

  it("knows Python by its manifests or its test files", () => {
    expect(conventionFor(repository({ "requirements.txt": "" }))?.setup[0]).toContain("venv");
    expect(conventionFor(repository({ "tests/test_a.py": "" }))?.command).toContain("python3 -m pytest");
  });

  it("says nothing about what it does not know", () => {
    expect(conventionFor(repository({ "README.md": "" }))).toBeNull();
  });
});

describe("the recipe of a commit", () => {
  const base = repository(manifest({ scripts: { test: "vitest" } }));

  it("takes the test command from the base, however the head rewrites its own", () => {
    const head = repository(manifest({ scripts: { test: "vitest --exclude hard" } }));
    expect(decideRecipe(parseSettings(null), { head, judge: base, tree: [], planned: [] }).test?.command).not.toContain(
      "exclude",
    );
  });

  it("lets the settings win over convention", () => {
    const settings = parseSettings(
      "setup: make deps\ntest:\n  command: make test\n  report: out/junit.xml\n  timeoutMinutes: 2\n",
    );
    const recipe = decideRecipe(settings, { head: base, judge: base, tree: [], planned: [] });
    expect(recipe.setup.commands).toEqual(["make deps"]);
    expect(recipe.test).toEqual({
      command: "make test",
      report: "out/junit.xml",
      format: "junit",
      folder: "",
      deadlineMs: 120_000,
    });
  });

  it("sets up anew when a manifest changes, and only then", () => {
    const entry = (path: string, sha: string) => ({ path, sha, mode: "100644" as const, size: 1 });
    const key = (tree: Parameters<typeof decideRecipe>[1]["tree"]): string =>
      decideRecipe(parseSettings(null), { head: base, judge: base, tree, planned: [] }).setup.key;
    const before = key([entry("package-lock.json", "1"), entry("src/a.js", "1")]);
    expect(key([entry("package-lock.json", "1"), entry("src/a.js", "2")])).toBe(before);
    expect(key([entry("package-lock.json", "2"), entry("src/a.js", "1")])).not.toBe(before);
  });

  it.each([
    ["tset: x", /tset/i],
    ["test:\n  command: [1]\n", /test/],
    ["a: [", /YAML/],
    ["test:\n  command: x\n  timeoutMinutes: -1\n", /timeoutMinutes|test/],
  ])("refuses %j and names the place", (text, words) => {
    expect(() => parseSettings(text)).toThrow(words);
    expect(() => parseSettings(text)).toThrow(/\.github\/orion\.yml/);
  });

  it.each([
    ["# ours\ntset: x\n", 2],
    ["test:\n  command: x\n  timeoutMinutes: -1\n", 3],
    ["setup: []\npaths:\n  forbiden: [a]\n", 3],
    ["setup: []\n\nimage: [\n", 4],
    ["branchPrefix: main\n", 1],
    ["language: en\nwho:\n  go: read\n", 3],
  ])("says the line of what is wrong in %j", (text, line) => {
    expect(() => parseSettings(text)).toThrow(`line ${line}:`);
  });

  it("names every line that is wrong, in order, so that the file is mended once", () => {
    const text = "budget: 3\napproval: maybe\ntest:\n  comand: x\n";
    expect(() => parseSettings(text)).toThrow(
      /line 1: budget: there is no such setting; line 2: approval: .*; line 4: test\.comand: there is no such setting; mend it/,
    );
  });
});

describe("several projects in one repository", () => {
  const files = {
    "README.md": "",
    "libs/math/go.mod": "",
    "libs/math/add.go": "",
    "web/package.json": "{}",
    "web/src/a.js": "",
  };
  const facts = repository(files);
  const decide = (planned: readonly string[]) =>
    decideRecipe(parseSettings(null), { head: facts, judge: facts, tree: [], planned });

  it("are told apart by where the plan works", () => {
    expect(decide(["libs/math/deep/er.go"])).toMatchObject({
      source: "go",
      setup: { toolchain: "go" },
      test: { folder: "libs/math", report: "libs/math/.orion/printed.txt" },
    });
    expect(decide(["web/src/a.js"])).toMatchObject({ source: "node:test", test: { folder: "web" } });
    expect(decide(["web/src/a.js"]).test?.command).toMatch(/^cd 'web' && \{ /);
  });

  it("are the top's when the top is a project itself", () => {
    const top = repository({ ...files, "package.json": "{}" });
    expect(
      decideRecipe(parseSettings(null), { head: top, judge: top, tree: [], planned: ["libs/math/a.go"] }).test?.folder,
    ).toBe("");
  });
});

it("gives each agent the AGENTS.md nearest to what the plan changes", () => {
  const paths = new Set(["AGENTS.md", "libs/AGENTS.md", "libs/math/AGENTS.md"]);
  expect(guidePath(paths, ["libs/math/src/a.ts"])).toBe("libs/math/AGENTS.md");
  expect(guidePath(paths, ["libs/other/a.ts"])).toBe("libs/AGENTS.md");
  expect(guidePath(paths, ["web/a.ts"])).toBe("AGENTS.md");
  expect(guidePath(new Set(["libs/AGENTS.md"]), [])).toBeNull();
});
