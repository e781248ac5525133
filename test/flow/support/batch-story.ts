/** A review of three points in three threads, and the script of the fix that answers them. */
import type { PersonReview } from "../../../src/local/forge/person.ts";
import type { ScriptEntry } from "../../../src/local/model/script-line.ts";
import { FIX_TEST_NAME, FIXED } from "./fix-story.ts";
import { CODE_PATH, RIGHT, TEST_NAME, TEST_PATH } from "./story.ts";

/** With words that must not work where Orion repeats them, and a value that must not leave. */
export const SECRET = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
export const DISAGREE = `@maya the name says it; see https://evil.example/x and ${SECRET}`;

export const REVIEW: PersonReview = {
  event: "REQUEST_CHANGES",
  body: "Good start. Some points:",
  comments: [
    { path: CODE_PATH, line: 1, body: "Refuse texts, please." },
    { path: TEST_PATH, line: 5, body: "Rename this test to `x`." },
    { path: CODE_PATH, line: 1, body: "Use a block body:\n\n```suggestion\nexport const multiply = (a, b) => {\n```" },
  ],
};

const anchor = `test("${TEST_NAME}"`;
const added = `test("${FIX_TEST_NAME}", () => assert.throws(() => multiply("a", 1), TypeError));`;

/** @param change what differs from the plan */
export function batchStory(change: Partial<ScriptEntry> = {}): readonly ScriptEntry[] {
  return [
    {
      role: "plan",
      run: 2,
      expect: {
        contains: [
          `Point 2, on ${CODE_PATH}, line 1 as of`,
          "Refuse texts, please.",
          "+export const multiply = (a, b) => a * b;",
          `Point 3, on ${TEST_PATH}, line 5`,
          "```suggestion",
        ],
      },
      finish: {
        title: "Refuse texts",
        goal: "multiply takes numbers only.",
        kind: "fix",
        criteria: [
          { text: "multiply('a', 1) throws a TypeError", proof: "test-first" },
          { text: "multiply has a block body", proof: "behaviour-preserving" },
        ],
        points: [
          { point: 2, criteria: [1] },
          { point: 3, disagree: DISAGREE },
          { point: 4, criteria: [2] },
        ],
        files: [CODE_PATH],
      },
      ...change,
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
      expect: { contains: ["Point 2, on", "The lines it is about"] },
      edit: { path: CODE_PATH, old: RIGHT, new: FIXED },
      finish: { summary: "multiply refuses texts." },
    },
    { role: "review", run: 2, finish: { findings: [] } },
  ];
}
