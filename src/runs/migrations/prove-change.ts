/**
 * Has a change proven in a sandbox: the program of `inside/` builds the base,
 * applies the change and looks at what became of it. Here it is decided whether
 * that may be tried, and what the result means.
 */
import { describeError } from "../../domain/errors.ts";
import type { ProofOutcome } from "../../domain/migration-evidence.ts";
import type { SandboxHome } from "../../domain/ports/sandbox-port.ts";
import { programTar } from "./copy-program.ts";
import type { SqlFile } from "./inside/apply.ts";
import type { ProofInput, ProofOutput } from "./inside/main.ts";
import type { CaseResult } from "./inside/prove.ts";

const DEADLINE_MS = 60_000;
const LISTED = 8;

export interface ProofRequest {
  /** unique name of the sandbox */
  readonly name: string;
  /** keeps the sandbox from being swept while it works */
  readonly runId: string;
  readonly before: readonly SqlFile[];
  readonly added: readonly SqlFile[];
  readonly seeds: readonly SqlFile[];
  readonly signal?: AbortSignal;
}

/** @returns what the proof shows; not-proven, with the reason, where it cannot be had */
export async function proveChange(home: SandboxHome, request: ProofRequest): Promise<ProofOutcome> {
  if (request.added.length === 0) return { kind: "not-proven", because: "no migration is new" };
  if (home.kind === "process")
    return { kind: "not-proven", because: "there is no container engine here, and a migration runs nowhere else" };
  const { before, seeds, added } = request;
  const output = await runInside(home, request, { base: before, seeds, cases: [{ name: "change", files: added }] });
  return typeof output === "string" ? { kind: "not-proven", because: output } : outcomeOf(output);
}

/** @returns the program's answer, or why there is none */
export async function runInside(
  home: SandboxHome,
  { name, runId, signal }: Pick<ProofRequest, "name" | "runId" | "signal">,
  input: ProofInput,
  deadlineMs: number = DEADLINE_MS,
): Promise<ProofOutput | string> {
  const content = programTar({ "input.json": JSON.stringify(input) });
  const sandbox = await home.open({ name, runId, prepared: null, content });
  try {
    const options = { deadlineMs, ...(signal === undefined ? {} : { signal }) };
    const { exitCode, timedOut, output } = await sandbox.exec(["node", "inside/main.ts", "input.json", "."], options);
    if (timedOut) return `it did not end within ${deadlineMs / 1_000} s`;
    if (exitCode !== 0) return `the proof broke off: ${output.trim().slice(-400)}`;
    return JSON.parse(output.trim().split("\n").at(-1) ?? "") as ProofOutput;
  } catch (error) {
    if (error instanceof SyntaxError) return `the proof's answer cannot be read: ${describeError(error)}`;
    throw error;
  } finally {
    await sandbox.close();
  }
}

/** What PostgreSQL answers when this one lacks something, not when the file is wrong. */
const LACKING = ["42601", "0A000", "58P01", "42883", "42704", "25001"];

/** @returns true when this PostgreSQL cannot apply the files for want of something; nothing is shown then */
export function lacksSomething({ failure }: CaseResult): boolean {
  return failure !== null && LACKING.includes(failure.code);
}

function outcomeOf(output: ProofOutput): ProofOutcome {
  if (output.kind === "no-postgres")
    return { kind: "not-proven", because: "the sandbox's image has no PostgreSQL; use the image of the Dockerfile" };
  if (output.kind === "base-failed") {
    const { failure, version } = output;
    const because = `what stands before cannot be built on an empty PostgreSQL ${version}: ${failure.file}: ${failure.message}`;
    return { kind: "not-proven", because };
  }
  const { figures, cases, ms } = output;
  const [result] = cases;
  if (result === undefined) return { kind: "not-proven", because: "the proof looked at nothing" };
  if (result.failure !== null && lacksSomething(result))
    return {
      kind: "not-proven",
      because: `PostgreSQL ${figures.version} here cannot apply it: ${result.failure.message}`,
    };
  const seeded = figures.empty.length === 0 ? "" : `, ${figures.empty.length} tables without a row`;
  const looked = `PostgreSQL ${figures.version}: ${figures.rows} rows in ${figures.tables} tables${seeded}, ${figures.statements} statements of the previous release, ${(ms / 1_000).toFixed(1)} s; ${remarks(result).join("; ")}`;
  const { hard, soft } = breaches(result);
  return hard.length + soft.length === 0
    ? { kind: "held", figures: looked }
    : { kind: "broken", figures: looked, hard, soft };
}

/** @returns in words what did not hold */
export function breaches(result: CaseResult): { readonly hard: readonly string[]; readonly soft: readonly string[] } {
  const { failure, rowsChanged, lost, bound, answers, waits, traffic, again } = result;
  const where = failure === null ? "" : `${failure.file}${failure.line === null ? "" : `:${failure.line}`}`;
  return {
    hard: [
      ...(failure === null ? [] : [`${where} cannot be applied to a database with rows: ${failure.message}`]),
      ...rowsChanged.map((table) => `old rows of ${table} are not what they were`),
      ...(traffic?.rowsChanged ?? [])
        .filter((table) => !rowsChanged.includes(table))
        .map((table) => `old rows of ${table} change once the new release writes`),
    ],
    soft: [
      ...few(lost),
      ...few(bound),
      ...few(answers.map((statement) => `the previous release is answered differently: ${statement.slice(0, 200)}`)),
      ...waitedTooLong(waits),
      ...(again?.kind === "halfway" ? [`applied a second time it stops halfway: ${again.what}`] : []),
    ],
  };
}

/** A lock that is held longer stops whoever reads or writes; the load of real tables comes on top. */
const LOCK_BUDGET_MS = 2_000;

function waitedTooLong({ reader, writer }: CaseResult["waits"]): readonly string[] {
  return Object.entries({ reader, writer }).flatMap(([who, { ms, table }]) =>
    ms > LOCK_BUDGET_MS
      ? [
          `a ${who} of ${table} waited ${(ms / 1_000).toFixed(1)} s while it was applied, at most ${LOCK_BUDGET_MS / 1_000} s`,
        ]
      : [],
  );
}

/** What is no breach, but should be known: how long others waited, what a new release's writing will mean, a second go. */
function remarks({ waits, traffic, again }: CaseResult): readonly string[] {
  const waited = Math.max(waits.reader.ms, waits.writer.ms);
  const wrote = traffic === null ? [] : [`then ${traffic.rows} rows written as the new release`];
  const unknown = traffic?.unknownValues ?? [];
  return [
    `others waited ${waited} ms at most`,
    ...wrote,
    ...few((traffic?.refused ?? []).map((statement) => `from then on the previous release is refused: ${statement}`)),
    ...(unknown.length === 0
      ? []
      : [`a previous release whose client knows its enum values cannot read new ones in ${unknown.join(", ")}`]),
    ...(again === null ? [] : [AGAIN[again.kind]]),
  ];
}

const AGAIN: Readonly<Record<NonNullable<CaseResult["again"]>["kind"], string>> = {
  "no-op": "a second time it does nothing",
  refused: "a second time it is refused and leaves everything as it was",
  adds: "a second time it adds again",
  halfway: "a second time it stops halfway",
};

function few(lines: readonly string[]): readonly string[] {
  return lines.length <= LISTED ? lines : [...lines.slice(0, LISTED), `and ${lines.length - LISTED} more`];
}
