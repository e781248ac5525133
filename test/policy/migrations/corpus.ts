/**
 * Reads the corpora: cases apart by an empty line, each opened by a comment
 * that tells why it is labelled as its file says. Shared by tests and the table.
 */
import { readFileSync } from "node:fs";
import { judgeInOrder, judgeMigration } from "../../../src/policy/migrations/judge.ts";
import { type Context, NOTHING_KNOWN } from "../../../src/policy/migrations/schema/scene.ts";
import type { Verdict } from "../../../src/policy/migrations/verdict.ts";

export const LABELS = ["destructive", "evasions", "needs-human", "additive"] as const;
export type Label = (typeof LABELS)[number];

export interface Case {
  readonly reason: string;
  readonly sql: string;
}

export function readCorpus(label: Label): readonly Case[] {
  return read(`${label}.sql`)
    .split(/\n\n(?=-- )/)
    .map((text) => {
      const end = text.indexOf("\n");
      return { reason: text.slice(3, end), sql: text.slice(end + 1) };
    });
}

/** @returns what stands before every case; the parser must be open */
export function contextOfCorpus(): Context {
  return { ...judgeInOrder(read("before.sql"), NOTHING_KNOWN).after, complete: true };
}

/** @returns true when the judge answers as the label asks; an evasion must only not pass */
export function isAsLabelled(label: Label, verdict: Verdict): boolean {
  return label === "evasions" ? verdict.verdict !== "additive" : verdict.verdict === label;
}

/** @returns the cases the judge gets wrong */
export function misjudged(label: Label, context: Context): readonly string[] {
  return readCorpus(label).flatMap(({ reason, sql }) => {
    const verdict = judgeMigration(sql, context);
    const rules = verdict.findings.map(({ rule }) => rule).join(", ");
    return isAsLabelled(label, verdict) ? [] : [`${reason}: ${verdict.verdict} (${rules})`];
  });
}

/** @returns the schema that stands before every case, as SQL */
export function readBefore(): string {
  return read("before.sql");
}

function read(name: string): string {
  return readFileSync(new URL(`./corpus/${name}`, import.meta.url), "utf8");
}
