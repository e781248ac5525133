/** What a person asks of a pull request that is there, and the script of the second run. */
import type { ScriptEntry } from "../../../src/local/model/script-line.ts";
import { CODE_PATH, RIGHT, TEST_NAME, TEST_PATH } from "./story.ts";

export const FIX = "/orion fix refuse texts, leave add alone, and name it in the README";
export const FIX_TEST_NAME = "refuses texts";
export const FIX_CRITERIA = ["multiply('a', 1) throws a TypeError", "add(1, 2) is still 3", "README names multiply"];
export const FIXED = RIGHT.replace(
  "a * b",
  '{\n  if (typeof a !== "number") throw new TypeError("no number");\n  return a * b;\n}',
);

const [throws = "", stays = "", named = ""] = FIX_CRITERIA;
const anchor = `test("${TEST_NAME}"`;
const added = `test("${FIX_TEST_NAME}", () => assert.throws(() => multiply("a", 1), TypeError));`;

export const FIX_STORY: readonly ScriptEntry[] = [
  {
    role: "plan",
    run: 2,
    expect: { contains: "refuse texts, leave add alone" },
    finish: {
      title: "Refuse texts",
      goal: "multiply takes numbers only.",
      kind: "fix",
      criteria: [
        { text: throws, proof: "test-first" },
        { text: stays, proof: "behaviour-preserving" },
        { text: named, proof: "not-verifiable" },
      ],
      files: [CODE_PATH, "README.md"],
    },
  },
  {
    role: "red",
    run: 2,
    edit: { path: TEST_PATH, old: anchor, new: `${added}\n${anchor}` },
    finish: { tests: [{ criterion: 1, file: TEST_PATH, name: FIX_TEST_NAME }] },
  },
  {
    role: "green",
    run: 2,
    edit: [
      { path: CODE_PATH, old: RIGHT, new: FIXED },
      { path: "README.md", old: "# math\n", new: "# math\n\nmultiply(a, b)\n" },
    ],
    finish: { summary: "multiply refuses texts." },
  },
  { role: "review", run: 2, finish: { findings: [] } },
];
