/**
 * Judges the expressions and queries inside statements: what is run now over
 * existing rows, and what is only stored for later.
 */
import { type Reading, readExpression } from "../schema/expressions.ts";
import { type Remark, remark } from "../verdict.ts";

/** Judges what this migration runs at once: an unknown function could do anything. */
export function codeRun(about: string, ...roots: readonly unknown[]): readonly Remark[] {
  const reading = readExpression(...roots);
  return [...refused(reading, about), ...unknown(reading, "function-refused")];
}

/** Judges what is kept in a new object and runs only when that is used. */
export function codeStored(about: string, ...roots: readonly unknown[]): readonly Remark[] {
  const reading = readExpression(...roots);
  return [...refused(reading, about), ...unknown(reading, "unknown-function")];
}

function refused(reading: Reading, about: string): readonly Remark[] {
  return [
    ...reading.unknown.map((node) => ({ rule: "hidden-code", about: `${about}, with ${node},` }) as const),
    ...reading.harmful.map((name) => ({ rule: "function-refused", about: `function ${name}` }) as const),
  ];
}

function unknown(reading: Reading, rule: "function-refused" | "unknown-function"): readonly Remark[] {
  return reading.unknownFunctions.flatMap((name) =>
    remark(rule, name.startsWith("operator ") ? name : `function ${name}`),
  );
}
