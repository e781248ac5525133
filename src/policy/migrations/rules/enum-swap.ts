/**
 * Prisma writes the loss of an enum value as a swap of eight statements. One
 * finding says what to do about all of them; the others would only send its
 * reader after BEGIN, DROP and RENAME one by one. Pure.
 */
import type { Finding } from "../verdict.ts";

interface Swap {
  /** of the enum, without its schema */
  readonly type: string;
  /** `table.column` of those that move to the new type */
  readonly column: string;
}

const COLUMN = /^ALTER TABLE (\S+) ALTER COLUMN (\S+) (?:SET DATA )?TYPE (\S+?)_new(?:\[\])? USING\b/i;
const DEFAULT = /^ALTER TABLE (\S+) ALTER COLUMN (\S+) (?:DROP DEFAULT|SET DEFAULT )/i;
const RENAME = /^ALTER TYPE (\S+) RENAME TO (\S+)$/i;
const DROP = /^DROP TYPE (\S+)$/i;

/** @returns the findings without those that are part of a swap which is found already; the verdict stays what it was */
export function withoutPartsOfSwap(findings: readonly Finding[]): readonly Finding[] {
  const swaps = findings.filter(({ rule }) => rule === "enum-swapped").flatMap(({ statement }) => swapOf(statement));
  if (swaps.length === 0) return findings;
  return findings.filter((finding) => finding.rule === "enum-swapped" || !isPart(finding, swaps));
}

function swapOf(statement: string): readonly Swap[] {
  const [, table, column, type] = COLUMN.exec(plain(statement)) ?? [];
  return table === undefined || column === undefined || type === undefined
    ? []
    : [{ type: lastPart(type), column: `${table}.${column}` }];
}

function isPart({ rule, statement }: Finding, swaps: readonly Swap[]): boolean {
  const text = plain(statement);
  const types = new Set(swaps.map(({ type }) => type));
  switch (rule) {
    case "transaction-control":
      return /^(BEGIN|COMMIT)$/i.test(text);
    case "drop-default":
    case "default-changed": {
      const [, table, column] = DEFAULT.exec(text) ?? [];
      return swaps.some((swap) => swap.column === `${table}.${column}`);
    }
    case "rename": {
      const [, from = "", to = ""] = RENAME.exec(text) ?? [];
      return [...types].some((type) =>
        [`${type} ${type}_old`, `${type}_new ${type}`].includes(`${lastPart(from)} ${lastPart(to)}`),
      );
    }
    case "drop-object": {
      const [, name = ""] = DROP.exec(text) ?? [];
      return [...types].some((type) => lastPart(name) === `${type}_old`);
    }
    default:
      return false;
  }
}

/** Without quotes and with single blanks; a name that needs its quotes for a blank is then no part of anything. */
function plain(statement: string): string {
  return statement.replaceAll('"', "").replace(/\s+/g, " ").trim();
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
