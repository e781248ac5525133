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

/** Statements first, then whole files in the styles of the tools that write them. */
export function readCorpus(label: Label): readonly Case[] {
  return [`${label}.sql`, `${label}-styles.sql`].flatMap((name) => casesIn(read(name)));
}

/** A case begins behind an empty line with a comment in words; those of tools begin in capitals or with a mark. */
function casesIn(text: string): readonly Case[] {
  return text.split(/\n\n(?=-- [a-z][^\n]*\n)/).map((part) => {
    const end = part.indexOf("\n");
    return { reason: part.slice(3, end), sql: part.slice(end + 1) };
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
