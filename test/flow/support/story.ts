/** The script of these tests: a plan, a test, the code, a review, each to be varied by a test. */
import type { ScriptEntry } from "../../../src/local/model/script-line.ts";

export const TEST_PATH = "test/multiply.test.js";
export const CODE_PATH = "src/multiply.js";
export const TEST_NAME = "multiplies two numbers";
export const RIGHT = "export const multiply = (a, b) => a * b;\n";
export const WRONG = "export const multiply = (a, b) => a + b;\n";
export const ISSUE = "Orion, add multiply(a, b)";

export const CLAIM = { criterion: 1, file: TEST_PATH, name: TEST_NAME };
export const TEST = testText("assert.equal(multiply(2, 3), 6)");

const PLAN = {
  title: "Add multiply()",
  goal: "multiply(a, b) gives the product of two numbers.",
  branch: "multiply",
  criteria: [{ text: "multiply(2, 3) returns 6" }],
  files: [CODE_PATH],
};

/** @param assertion one expression; the rest of the file is always the same */
export function testText(assertion: string): string {
  return [
    'import assert from "node:assert/strict";',
    'import test from "node:test";',
    'import { multiply } from "../src/multiply.js";',
    "",
    `test("${TEST_NAME}", () => ${assertion});`,
    "",
  ].join("\n");
}

type Change = Partial<ScriptEntry>;

/** @param finish what differs from the plan of `multiply` */
export function plans(finish: Readonly<Record<string, unknown>> = {}, change: Change = {}): ScriptEntry {
  return { role: "plan", finish: { ...PLAN, ...finish }, ...change };
}

export function writesTest(text: string = TEST, change: Change = {}): ScriptEntry {
  return { role: "red", edit: { path: TEST_PATH, new: text }, finish: { tests: [CLAIM] }, ...change };
}

export function writesCode(text: string = RIGHT, change: Change = {}): ScriptEntry {
  return { role: "green", edit: { path: CODE_PATH, new: text }, finish: { summary: "Adds multiply()." }, ...change };
}

/** Devon replaces what he wrote in an earlier round. */
export function rewritesCode(old: string, text: string, change: Change = {}): ScriptEntry {
  return {
    role: "green",
    edit: { path: CODE_PATH, old, new: text },
    finish: { summary: "Mends multiply()." },
    ...change,
  };
}

export function reviews(findings: readonly Readonly<Record<string, unknown>>[] = [], change: Change = {}): ScriptEntry {
  return { role: "review", finish: { findings }, ...change };
}

/** From the issue to the pull request without a detour. */
export const STORY: readonly ScriptEntry[] = [plans(), writesTest(), writesCode(), reviews()];
