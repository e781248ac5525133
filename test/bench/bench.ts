/**
 * What a bench is and how its figures are shown. A figure is compared with a
 * floor measured in the same run: absolute times hold for one machine only.
 */
export interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** the same figure of what it is compared with; null when it stands alone */
  readonly versus: number | null;
  /** value by versus; null when it stands alone */
  readonly ratio: number | null;
}

export interface Bench {
  readonly name: string;
  /** one line: what is measured against what */
  readonly about: string;
  run(): Promise<readonly Figure[]>;
}

/** A figure beside what it is compared with. */
export function compared(id: string, unit: string, value: number, versus: number): Figure {
  return { id, value: round(value), unit, versus: round(versus), ratio: versus === 0 ? null : round(value / versus) };
}

export function alone(id: string, unit: string, value: number): Figure {
  return { id, value: round(value), unit, versus: null, ratio: null };
}

/** @param share 0.5 for the median; values need not be sorted */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new RangeError("a quantile of nothing; the bench measured no value");
  return value;
}

export function tableOf(bench: Bench, figures: readonly Figure[]): string {
  const rows = [
    ["figure", "ours", "versus", "ratio", "unit"],
    ...figures.map(({ id, value, versus, ratio, unit }) => [id, show(value), show(versus), show(ratio), unit]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join("  ")
      .trimEnd(),
  );
  return `${bench.name}: ${bench.about}\n${lines.join("\n")}`;
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width);
}

function show(value: number | null): string {
  return value === null ? "–" : value.toLocaleString("en");
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
