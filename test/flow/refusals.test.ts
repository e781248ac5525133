/** Work that must not become a pull request, and how its requester learns why. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { expectStopped } from "./support/stopped.ts";
import {
  CODE_PATH,
  ISSUE,
  plans,
  RIGHT,
  reviews,
  rewritesCode,
  TEST,
  TEST_PATH,
  testText,
  WRONG,
  writesCode,
  writesTest,
} from "./support/story.ts";

const WEAKENED = { path: TEST_PATH, old: "multiply(2, 3), 6", new: "1, 1" };
const finishesAgain = { role: "green", finish: { summary: "Done." } } as const;
const handsInAgain = (tests: readonly object[]) => ({ role: "red", finish: { tests } }) as const;
const CLAIMED = [{ criterion: 1, file: TEST_PATH, name: "multiplies two numbers" }];

describe("no pull request comes of it", () => {
  it("when Devon changes a frozen test and will not put it back", async ({ flow }) => {
    const weakens = writesCode(RIGHT, { edit: [{ path: CODE_PATH, new: RIGHT }, WEAKENED] });
    const script = [plans(), writesTest(), weakens, finishesAgain, finishesAgain];
    const world = await flow.start({ script });
    const issue = await world.project.asks(ISSUE);
    expect((await world.ended(issue)).status).toBe("failed");
    await expectStopped(world, issue, [
      "**green**",
      "FINISH_REFUSED",
      `these tests are frozen and were changed: ${TEST_PATH}`,
    ]);
  });

  it("when Devon changes a frozen test and then falls silent", async ({ flow }) => {
    const weakens = writesCode(RIGHT, { edit: [{ path: CODE_PATH, new: RIGHT }, WEAKENED] });
    const world = await flow.start({ script: [plans(), writesTest(), weakens] });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    const frozen = `these tests are frozen and were changed: ${TEST_PATH}`;
    await expectStopped(world, issue, ["**green**", "MODEL_REFUSED", "1 line for green in run 1", frozen]);
  });

  it("when Tara's tests pass on the untouched base already", async ({ flow }) => {
    const passing = TEST.replace("../src/multiply.js", "../src/math.js")
      .replaceAll("multiply", "add")
      .replace("6", "5");
    const claims = [{ ...CLAIMED[0], name: "adds two numbers" }];
    const writes = writesTest(passing.replace("multiplies", "adds"), { finish: { tests: claims } });
    const world = await flow.start({ script: [plans(), writes, handsInAgain(claims), handsInAgain(claims)] });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    await expectStopped(world, issue, [
      "**red**",
      "FINISH_REFUSED",
      "already passes on the untouched base",
      "adds two numbers",
    ]);
  });

  it("when the code is wrong in all of three rounds", async ({ flow }) => {
    const worse = WRONG.replace("+", "-");
    const worst = WRONG.replace("+", "%");
    const script = [
      plans(),
      writesTest(),
      writesCode(WRONG),
      rewritesCode(WRONG, worse),
      rewritesCode(worse, worst),
      rewritesCode(worst, RIGHT),
      reviews(),
    ];
    const world = await flow.start({ script });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    await expectStopped(world, issue, [
      "**verify**",
      "ROUNDS_SPENT",
      "the host ran the tests on the commit: - failed: test/multiply.test.js › multiplies two numbers: AssertionError",
      "multiplies two numbers",
    ]);
    expect(world.model.requests().filter(({ role }) => role === "green")).toHaveLength(3);
    expect(world.model.requests().filter(({ role }) => role === "review")).toHaveLength(0);
  });

  it("when the new test does not parse, whatever is missing besides", async ({ flow }) => {
    const broken = writesTest(testText("assert.equal(multiply(2, 3), 6"));
    const script = [plans(), broken, handsInAgain(CLAIMED), handsInAgain(CLAIMED)];
    const world = await flow.start({ script });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    await expectStopped(world, issue, [
      "**red**",
      "FINISH_REFUSED",
      `${TEST_PATH} does not load on the base, because of a syntax error`,
    ]);
  });

  it("when Tara writes more than tests", async ({ flow }) => {
    const writes = writesTest(TEST, {
      edit: [
        { path: TEST_PATH, new: TEST },
        { path: CODE_PATH, new: WRONG },
      ],
    });
    const script = [plans(), writes, handsInAgain(CLAIMED), handsInAgain(CLAIMED)];
    const world = await flow.start({ script });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    await expectStopped(world, issue, ["**red**", `only test files may change here; undo: ${CODE_PATH}.`]);
  });
});
