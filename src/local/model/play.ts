/**
 * Decides which line of the script answers a request, and whether the request
 * is what that line expects. Pure: the position comes with the request, so a
 * killed worker gets its line again and a restarted server goes on.
 */
import { type Asked, type AskedItem, type Refusal, refusal } from "./asked.ts";
import { type Expectation, ROLES, type ScriptLine, type ScriptRole } from "./script-line.ts";

/** What the headers of a request say. */
export interface Told {
  /** X-Orion-Role, or null */
  readonly role: string | null;
  /** X-Orion-Turn, or null */
  readonly turn: string | null;
}

export interface Place {
  readonly role: ScriptRole;
  readonly run: number;
  /** from 1 */
  readonly turn: number;
}

/** @throws Refusal when neither headers nor model nor script tell the role */
export function placeOf(script: readonly ScriptLine[], asked: Asked, { role, turn }: Told): Place {
  const named = role ?? /^scripted-(\w+)$/.exec(asked.model)?.[1] ?? onlyRole(script);
  const known = ROLES.find((one) => one === named);
  if (known === undefined)
    throw refusal(
      "script_role",
      `expected a role (${ROLES.join(", ")}) in the header X-Orion-Role or a model named scripted-<role>; came ${named ?? "none"}`,
    );
  if (turn === null) return { role: known, run: 1, turn: turnsIn(asked.items) + 1 };
  const [, run, ordinal] = /^([1-9]\d*)\.([1-9]\d*)$/.exec(turn) ?? [];
  if (run === undefined || ordinal === undefined)
    throw refusal("script_turn", `expected X-Orion-Turn as <run>.<turn>, both from 1; came ${turn}`);
  return { role: known, run: Number(run), turn: Number(ordinal) };
}

function onlyRole(script: readonly ScriptLine[]): string | null {
  const roles = new Set(script.map((line) => line.role));
  return roles.size === 1 ? (script[0]?.role ?? null) : null;
}

/** Turns of the assistant: unbroken sequences of what it said, thought and called. */
function turnsIn(items: readonly AskedItem[]): number {
  const own = (item: AskedItem | undefined) =>
    item?.kind === "assistant" || item?.kind === "call" || item?.kind === "reasoning";
  return items.filter((item, index) => own(item) && !own(items[index - 1])).length;
}

/** @throws Refusal when the script holds no such line, or the request is not what the line expects */
export function lineFor(script: readonly ScriptLine[], asked: Asked, { role, run, turn }: Place): ScriptLine {
  const request = asked.items.find((item) => item.kind === "user");
  const first = request?.kind === "user" ? request.text : "";
  const lines = script.filter(
    (line) => line.role === role && line.run === run && (line.match === null || first.includes(line.match)),
  );
  const line = lines[turn - 1];
  if (line === undefined) throw exhausted(script, { role, run, turn }, lines.length, first);
  const wrong = unmet(line, asked);
  if (wrong.length > 0)
    throw refusal("script_expectation", `line ${line.at} (${role}, run ${run}, turn ${turn}): ${wrong.join("; ")}`);
  return line;
}

function exhausted(script: readonly ScriptLine[], { role, run, turn }: Place, held: number, first: string): Refusal {
  const elsewhere = script.filter((line) => line.role === role && line.run === run).length - held;
  const matched =
    elsewhere > 0 ? `; ${elsewhere} more do not match the first user message, which begins ${quoted(first)}` : "";
  return refusal(
    "script_exhausted",
    `the script holds ${held} ${held === 1 ? "line" : "lines"} for ${role} in run ${run}, and turn ${turn} was asked for${matched}; add a line with "role": "${role}"${run === 1 ? "" : `, "run": ${run}`}`,
  );
}

function unmet(line: ScriptLine, asked: Asked): readonly string[] {
  const offered = asked.tools.map((tool) => tool.name);
  const missing = [...new Set(line.calls.map((call) => call.name))].filter((name) => !offered.includes(name));
  const unoffered = missing.map(
    (name) => `it calls ${name}, but the request offers ${offered.join(", ") || "no actions"}`,
  );
  return [...unoffered, ...unmetWords(line.expect, asked), ...unmetActions(line.expect.actions, offered)];
}

function unmetWords(expect: Expectation, asked: Asked): readonly string[] {
  const whole = asked.items
    .map((item) => (item.kind === "call" ? `${item.name} ${item.arguments}` : item.text))
    .join("\n");
  const last = lastResults(asked.items);
  return [
    ...lacking(expect.contains, whole, "the request"),
    ...holding(expect.lacks, whole, "the request"),
    ...lacking(expect.lastResultContains, last, "the last result"),
    ...holding(expect.lastResultLacks, last, "the last result"),
  ];
}

function lacking(words: readonly string[], text: string, what: string): readonly string[] {
  return words
    .filter((word) => !text.includes(word))
    .map((word) => `expected ${what} to contain ${JSON.stringify(word)}; it reads ${quoted(text)}`);
}

function holding(words: readonly string[], text: string, what: string): readonly string[] {
  return words
    .filter((word) => text.includes(word))
    .map((word) => `expected ${what} not to contain ${JSON.stringify(word)}; it has ${around(text, word)}`);
}

function unmetActions(expected: readonly string[] | null, offered: readonly string[]): readonly string[] {
  if (expected === null || [...expected].sort().join() === [...offered].sort().join()) return [];
  return [
    `expected exactly the actions ${expected.join(", ") || "none"}; the request offers ${offered.join(", ") || "none"}`,
  ];
}

/** The results of the turn before, all of them. */
function lastResults(items: readonly AskedItem[]): string {
  const from = items.findLastIndex((item) => item.kind === "call" || item.kind === "assistant") + 1;
  return items
    .slice(from)
    .flatMap((item) => (item.kind === "result" ? [item.text] : []))
    .join("\n");
}

const SHOWN = 600;

/** Head and tail of a text: what one needs to see why a word is not in it. */
function quoted(text: string): string {
  const shown = text.length <= SHOWN ? text : `${text.slice(0, SHOWN / 3)} […] ${text.slice((-SHOWN * 2) / 3)}`;
  return JSON.stringify(shown);
}

function around(text: string, word: string): string {
  const at = text.indexOf(word);
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + word.length + 80));
}
