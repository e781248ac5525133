/** Repositories that say themselves how they are tested, in .github/orion.yml. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { FILES } from "./support/project.ts";
import { expectStopped } from "./support/stopped.ts";
import { ISSUE, plans, reviews, STORY, TEST, writesCode, writesTest } from "./support/story.ts";

const SETTINGS = ".github/orion.yml";
const COMMAND = [
  "mkdir -p out && node --test",
  "--test-reporter=spec --test-reporter-destination=stdout",
  "--test-reporter=junit --test-reporter-destination=out/unit.xml checks/*.mjs",
].join(" ");

describe("a repository with .github/orion.yml", () => {
  it("is tested by its own command, report and places of tests", async ({ flow }) => {
    const path = "checks/multiply.mjs";
    const files = {
      "README.md": "# math\n",
      "src/math.mjs": "export const add = (a, b) => a + b;\n",
      "checks/math.mjs": (FILES["test/math.test.js"] ?? "").replace("math.js", "math.mjs"),
      [SETTINGS]: ["test:", `  command: ${COMMAND}`, "  report: out/unit.xml", "testFiles: [checks/**]", ""].join("\n"),
    };
    const code = { path: "src/multiply.mjs", new: "export const multiply = (a, b) => a * b;\n" };
    const script = [
      plans({ files: [code.path] }, { expect: { contains: `Tests run with: ${COMMAND}` } }),
      writesTest(TEST, {
        edit: { path, new: TEST.replace("multiply.js", "multiply.mjs") },
        finish: { tests: [{ criterion: 1, file: path, name: "multiplies two numbers" }] },
      }),
      writesCode("", { edit: code }),
      reviews(),
    ];
    const { project, ended } = await flow.start({ script, project: { files } });
    const issue = await project.asks(ISSUE);
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    const [pull] = await project.pulls();
    expect(pull?.body).toContain(`\`${path}\` multiplies two numbers`);
    expect(pull?.body).toContain("Whole suite: 1 passed, 0 failed before; 2 passed, 0 failed after.");
    expect(await project.checksNamed("orion/red-green", pull?.head.sha ?? "")).toMatchObject([
      { conclusion: "success" },
    ]);
  });

  it("with a key that nobody knows is told which one", async ({ flow }) => {
    const files = { ...FILES, [SETTINGS]: "tests: npm test\n" };
    const world = await flow.start({ script: STORY, project: { files } });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    await expectStopped(world, issue, ["SETTINGS_INVALID", SETTINGS, '"tests"', "mend it on the default branch"]);
  });
});
