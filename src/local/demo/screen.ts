/** What the demo shows: one line per event while it works, and the account at the end. */
import type { Evidence } from "../../domain/evidence.ts";
import type { RunEvent } from "../../domain/task.ts";

const KIND_WIDTH = 20;
const LINE_CHARS = 160;

/** @returns the line of one event; elapsed in ms since the issue was filed */
export function eventLine(event: Pick<RunEvent, "kind" | "text">, elapsedMs: number): string {
  const seconds = `${(elapsedMs / 1_000).toFixed(1)}s`.padStart(7);
  return `${seconds}  ${event.kind.padEnd(KIND_WIDTH)} ${event.text.replace(/\s+/g, " ").slice(0, LINE_CHARS)}`;
}

/** @returns the evidence as a table for a terminal */
export function evidenceTable(evidence: Evidence): string {
  const rows = evidence.rows.map((row) => [
    `${row.criterion}. ${clip(evidence.plan.criteria[row.criterion - 1]?.text ?? "", 44)}`,
    clip(row.test, 56),
    `✗ ${evidence.baseSha.slice(0, 7)} ${row.red.reason === "not-loadable" ? "not loadable" : row.red.reason}`,
    row.green === null ? "not seen" : `✓ ${row.green.commit.slice(0, 7)}`,
  ]);
  if (rows.length === 0) return "no test belongs to this change";
  const table = [["criterion", "test", "red on base", "green on head"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
