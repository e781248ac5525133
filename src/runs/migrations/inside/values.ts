/**
 * A value for any column, as SQL: plain ones first, then the edges of its type,
 * then nothing. The same column and row always give the same. Pure.
 */
import type { Column } from "./catalogue.ts";

/** Rows by number: 0 to 2 are plain, then the largest, the smallest, and NULL where it may be. */
export const ROWS = 6;
const LARGEST = 3;
const SMALLEST = 4;
const NOTHING = 5;

type Edges = readonly [plain: (row: number) => string, largest: string, smallest: string];

const NUMBER: Edges = [(row) => String(row + 1), "32767", "-32768"];
const HEX = (row: number): string => (row + 10).toString(16).padStart(2, "0");

/** By the type's name without its modifier. */
const TYPES: Readonly<Record<string, Edges>> = {
  smallint: NUMBER,
  integer: [NUMBER[0], "2147483647", "-2147483648"],
  bigint: [NUMBER[0], "9223372036854775807", "-9223372036854775808"],
  real: [(row) => `${row}.5`, "3.4e38", "-0"],
  "double precision": [(row) => `${row}.5`, "1.7e308", "NaN"],
  money: [(row) => `${row}.50`, "92233720368547758.07", "-0.01"],
  boolean: [(row) => (row % 2 === 0 ? "true" : "false"), "true", "false"],
  uuid: [
    (row) => `00000000-0000-4000-8000-0000000000${HEX(row)}`,
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "00000000-0000-0000-0000-000000000000",
  ],
  date: [(row) => `2024-02-2${row}`, "infinity", "4713-01-01 BC"],
  "timestamp without time zone": [(row) => `2024-02-29 23:59:5${row}.999`, "infinity", "4713-01-01 BC"],
  "timestamp with time zone": [(row) => `2024-02-29 23:59:5${row}.999+05:45`, "infinity", "4713-01-01 BC"],
  "time without time zone": [(row) => `12:00:0${row}`, "24:00:00", "00:00:00"],
  "time with time zone": [(row) => `12:00:0${row}+02`, "23:59:59.999+14", "00:00:00-12"],
  interval: [(row) => `${row} days`, "100 years 11 mons", "-1 sec"],
  json: [(row) => `{"n": ${row}, "n": "twice"}`, '[null, 1e400, "\\u00e9"]', "null"],
  jsonb: [(row) => `{"n": ${row}}`, '[null, 1e300, {"deep": [[]]}]', "null"],
  bytea: [(row) => `\\x${HEX(row)}`, "\\x00ff00", "\\x"],
  inet: [(row) => `10.0.0.${row}`, "ffff::/16", "0.0.0.0/0"],
  cidr: [(row) => `10.0.${row}.0/24`, "::/0", "0.0.0.0/0"],
  macaddr: [(row) => `08:00:2b:01:02:${HEX(row)}`, "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"],
  macaddr8: [(row) => `08:00:2b:01:02:03:04:${HEX(row)}`, "ff:ff:ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00:00:00"],
  point: [(row) => `(${row},1)`, "(1e300,1)", "(0,0)"],
  line: [(row) => `{1,2,${row}}`, "{1,0,0}", "{0,1,0}"],
  lseg: [(row) => `[(0,0),(${row},1)]`, "[(0,0),(9,9)]", "[(0,0),(0,0)]"],
  box: [(row) => `(0,0),(${row},1)`, "(9,9),(0,0)", "(0,0),(0,0)"],
  path: [(row) => `[(0,0),(${row},1)]`, "((0,0),(9,9))", "[(0,0)]"],
  polygon: [(row) => `((0,0),(${row},1),(1,0))`, "((0,0),(9,9))", "((0,0))"],
  circle: [(row) => `<(0,0),${row}>`, "<(1,1),9>", "<(0,0),0>"],
  oid: [(row) => String(row), "4294967295", "0"],
  xml: [(row) => `<a>${row}</a>`, "<é/>", "text"],
  tsvector: [(row) => `word${row}`, "'é':1A", ""],
  tsquery: [(row) => `word${row}`, "a & !b", ""],
  hstore: [(row) => `n=>${row}`, '"é"=>NULL', ""],
  ltree: [(row) => `top.n${row}`, "a.b.c.d", ""],
};

/**
 * @param row from 0
 * @param attempt 0 with edges, 1 plain, from 2 on the literals its checks name
 */
export function literalFor(column: Column, row: number, attempt: number): string {
  if (row === NOTHING && column.nullable) return "NULL";
  const literal = attempt >= 2 ? column.literals[(attempt - 2 + row) % Math.max(1, column.literals.length)] : undefined;
  const text = literal ?? textOf(column, row, attempt === 0);
  return text === null ? "NULL" : `${quote(text)}::${column.type}`;
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function textOf(column: Column, row: number, edges: boolean): string | null {
  const { kind, category, type, labels } = column;
  if (kind === "e") return labels[row % Math.max(1, labels.length)] ?? null;
  if (category === "A" || kind === "m") return "{}";
  if (kind === "r") return "empty";
  if (kind === "c") return null;
  const [bare = type] = type.split("(");
  const form = /^numeric/.test(type) ? numericOf(type) : /^bit/.test(type) ? bitsOf(type) : TYPES[nameOf(bare, type)];
  const [plain, largest, smallest] = form ?? charactersOf(column);
  if (edges && row === LARGEST) return largest;
  return edges && row === SMALLEST ? smallest : plain(row);
}

/** `timestamp(3) without time zone` is the same kind of value as without the 3. */
function nameOf(bare: string, type: string): string {
  const name = type.replace(/\(\d+(,\d+)?\)/, "");
  const known = name in TYPES ? name : bare.trim();
  return known.slice(known.lastIndexOf(".") + 1);
}

function numericOf(type: string): Edges {
  const [, digits = "20", scale = "4"] = /\((\d+),(\d+)\)/.exec(type) ?? [];
  const whole = Number(digits) - Number(scale);
  const largest = `${"9".repeat(Math.max(0, whole)) || "0"}${Number(scale) > 0 ? `.${"9".repeat(Number(scale))}` : ""}`;
  return [(row) => (whole > 0 ? String(row + 1) : "0"), largest, `-${largest}`];
}

function bitsOf(type: string): Edges {
  const length = Number(/\((\d+)\)/.exec(type)?.[1] ?? "1");
  const bits = (row: number): string => row.toString(2).padStart(length, "0").slice(-length);
  return [bits, "1".repeat(length), "0".repeat(length)];
}

function charactersOf({ name, type }: Column): Edges {
  const room = Number(/\((\d+)\)/.exec(type)?.[1] ?? "200");
  const cut = (text: string): string => [...text].slice(0, room).join("");
  return [(row) => cut(`${row}-${name.replaceAll('"', "")}`), cut("é漢😀\n\"quoted' \\ ".repeat(12)), ""];
}
