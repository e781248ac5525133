/** Repositories that say themselves how they are tested, in .github/orion.yml. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { FILES } from "./support/project.ts";
import { expectStopped } from "./support/stopped.ts";
import { ISSUE, plans, reviews, STORY, TEST, writesCode, writesTest } from "./support/story.ts";
import { says, waits } from "./support/waiting.ts";

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

  it("with a key that nobody knows is told the line, and worked on with the defaults", async ({ flow }) => {
    const files = { ...FILES, [SETTINGS]: "# ours\ntests: npm test\n" };
    const { project, ended } = await flow.start({ script: STORY, project: { files } });
    const issue = await project.asks(ISSUE);
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    const told = (await project.comments(issue)).filter(({ body }) => body.includes("settings"));
    expect(told).toHaveLength(1);
    expect(told[0]?.body).toContain(`${SETTINGS}, line 2`);
    expect(told[0]?.body).toContain("tests: there is no such setting");
  });

  it("with the same mistake is told of it once, however often work begins", async ({ flow }) => {
    const files = { ...FILES, [SETTINGS]: "tests: npm test\n" };
    const world = await flow.start({ script: [plans(), plans({}, { run: 2 })], project: { files } });
    const issue = await world.project.asks("multiply(a, b) is missing", "/orion plan");
    await waits(world, issue);
    await says(world, issue, "/orion plan");
    await world.ended(issue);
    await waits(world, issue);
    const told = (await world.project.comments(issue)).filter(({ body }) => body.includes("settings"));
    expect(told).toHaveLength(1);
  });

  it("has its branches named as it says, and its paths left alone", async ({ flow }) => {
    const settings = "branchPrefix: feature/orion-\npaths:\n  forbidden: [src/multiply.js]\n";
    const files = { ...FILES, [SETTINGS]: settings };
    const elsewhere = {
      path: "src/math.js",
      old: "export const add",
      new: "export const multiply = (a, b) => a * b;\nexport const add",
    };
    const text = TEST.replace("../src/multiply.js", "../src/math.js");
    const script = [
      plans({ files: ["src/math.js"] }),
      writesTest(text),
      writesCode(),
      {
        role: "green",
        expect: { last_result_contains: "keeps these files from being changed, undo: src/multiply.js" },
        bash: "rm src/multiply.js",
        edit: elsewhere,
        finish: { summary: "Adds multiply()." },
      } as const,
      reviews(),
    ];
    const { project, ended } = await flow.start({ script, project: { files } });
    const issue = await project.asks(ISSUE);
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    expect((await project.pulls())[0]).toMatchObject({ head: { ref: "feature/orion-multiply" } });
  });

  it("lets only whom it says have work done", async ({ flow }) => {
    const files = { ...FILES, [SETTINGS]: "who:\n  go: maintain\n" };
    const world = await flow.start({ script: [], project: { files } });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    await expectStopped(world, issue, ["NOT_PERMITTED", SETTINGS, "maintain"]);
  });

  it("is asked to spend no more than it says", async ({ flow }) => {
    const files = { ...FILES, [SETTINGS]: "budgets:\n  turns: 1\n" };
    const script = [{ role: "plan", read: "src/math.js" } as const, plans()];
    const world = await flow.start({ script, project: { files } });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    await expectStopped(world, issue, ["TURN"]);
  });

  it("is worked on by the model it names, if the operator allows that one", async ({ flow }) => {
    const files = { ...FILES, [SETTINGS]: "model: small\n" };
    const variables = { ORION_MODELS: "small, other" };
    const { project, ended, orion, task } = await flow.start({ script: STORY, project: { files }, variables });
    const issue = await project.asks(ISSUE);
    const run = await ended(issue);
    expect(run).toMatchObject({ status: "done" });
    const turns = await orion.store.turns(run.id);
    expect(new Set(turns.map(({ model }) => model))).toEqual(new Set(["small"]));
    expect((await orion.store.spent((await task(issue))?.id ?? "")).usd).toBe(0);
    expect((await project.comments(issue)).filter(({ body }) => body.includes("settings"))).toEqual([]);
  });

  it("that names a model nobody allowed is told so, and worked on by the operator's own", async ({ flow }) => {
    const files = { ...FILES, [SETTINGS]: "model: huge\nbranchPrefix: feature/x-\n" };
    const variables = { ORION_MODELS: "small" };
    const { project, ended, orion } = await flow.start({ script: STORY, project: { files }, variables });
    const issue = await project.asks(ISSUE);
    const run = await ended(issue);
    expect(run).toMatchObject({ status: "done" });
    expect(new Set((await orion.store.turns(run.id)).map(({ model }) => model))).toEqual(new Set(["script"]));
    const told = (await project.comments(issue)).filter(({ body }) => body.includes("settings"));
    expect(told).toHaveLength(1);
    const words = told[0]?.body.replace(/\s+/g, " ");
    expect(words).toContain("the others hold:");
    expect(words).toContain("model: huge is none that the operator of this Orion allows (script, small)");
    expect((await project.pulls())[0]).toMatchObject({ head: { ref: "feature/x-multiply" } });
  });
});
