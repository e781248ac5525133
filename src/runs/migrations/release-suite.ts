/**
 * Does the release that runs now bear the new schema? Its own tests are run
 * twice beside a scratch PostgreSQL, on the old and on the new schema, and what
 * they sent to the old one is sent to the new one. Where that cannot be had,
 * the reason is said.
 */
import { hasCode, OrionError } from "../../domain/errors.ts";
import type { TestReport } from "../../domain/evidence.ts";
import type { ReleaseOutcome } from "../../domain/migration-evidence.ts";
import type { Git } from "../../domain/ports/git-port.ts";
import type { PreparedSetup, SandboxHome } from "../../domain/ports/sandbox-port.ts";
import { type Recipe, readRecipe } from "../recipe/read-recipe.ts";
import { countSuite, worseThanBefore } from "../witness/judge-green.ts";
import { runTests } from "../witness/run-tests.ts";
import { copyProgram } from "./copy-program.ts";
import type { SuiteInput, SuiteOutput } from "./inside/suite/main.ts";
import type { ChangeFacts, JudgedFolder } from "./read-change.ts";

/** On top of what the tests may take: the database is built, and statements are sent three times. */
const AROUND_MS = 90_000;
const PROGRAM = ".orion/suite";
const LISTED = 8;

export interface MigrationTools {
  readonly git: Git;
  readonly home: SandboxHome;
}

export interface ReleaseFacts extends ChangeFacts {
  readonly name: string;
  readonly runId: string;
  readonly signal?: AbortSignal;
}

interface Bench {
  readonly tools: MigrationTools;
  readonly facts: ReleaseFacts;
  readonly recipe: Recipe & { readonly test: NonNullable<Recipe["test"]> };
  readonly prepared: PreparedSetup;
  readonly folder: JudgedFolder;
}

/** @throws what the ports throw, save what only means that nothing can be shown */
export async function askRelease(
  tools: MigrationTools,
  facts: ReleaseFacts,
  folders: readonly JudgedFolder[],
): Promise<ReleaseOutcome> {
  const [folder, ...others] = folders.filter(({ added }) => added.length > 0);
  if (folder === undefined) return notVerified("no migration is new");
  if (others.length > 0) return notVerified("the change migrates more than one database");
  if (tools.home.kind === "process") return notVerified("there is no container engine here");
  try {
    const bench = await openBench(tools, facts, folder);
    return typeof bench === "string" ? notVerified(bench) : await compare(bench);
  } catch (error) {
    if (error instanceof OrionError && (error.code.startsWith("TEST_") || hasCode(error, "SETUP_FAILED")))
      return notVerified(`the base's tests cannot be run: ${error.message.slice(0, 400)}`);
    throw error;
  }
}

async function openBench(tools: MigrationTools, facts: ReleaseFacts, folder: JudgedFolder): Promise<Bench | string> {
  const { git, home } = tools;
  const { repositoryId, base, signal } = facts;
  const planned = folder.files.map(({ path }) => path);
  const { test, ...recipe } = await readRecipe(git, repositoryId, { commit: base, judge: base, planned });
  if (test === null) return "nothing says how the base is tested";
  const prepared = await home.prepare(recipe.setup, () => git.archive(repositoryId, base), signal);
  return { tools, facts, folder, prepared, recipe: { ...recipe, test } };
}

async function compare(bench: Bench): Promise<ReleaseOutcome> {
  const old = await runOn(bench, "old");
  if (typeof old === "string") return notVerified(old);
  const { variables } = bench.recipe.settings.database;
  if (old.output.statements === 0)
    return notVerified(
      `the base's tests sent nothing to the database that was offered as ${variables.join(", ")}; name their variable as database.variables in .github/orion.yml`,
    );
  if (countSuite(old.report).passed === 0) return notVerified("none of the base's tests passes on the old schema");
  const now = await runOn(bench, "new");
  if (typeof now === "string") return notVerified(now);
  const { replay } = old.output;
  const different = (replay?.different ?? []).map((sql) => `a statement of the base's tests: ${sql.slice(0, 200)}`);
  const worse = await stillWorse(bench, old.report, now.report);
  const sent =
    replay === null
      ? `${old.output.statements} statements`
      : `${replay.compared} of ${old.output.statements} statements compared`;
  const figures = `${countSuite(old.report).passed} tests of the base on PostgreSQL ${old.output.version}, ${sent}`;
  const problems = [...worse, ...different];
  if (problems.length > 0) return { kind: "worse", figures, problems: few(problems) };
  if (!now.output.kept)
    return notVerified("the tests build their own schema and took the new one away, so they ran on the old one");
  return { kind: "answered", figures };
}

/** A test that fails now and then says nothing about a schema: what is worse must be so twice. */
async function stillWorse(bench: Bench, old: TestReport, now: TestReport): Promise<readonly string[]> {
  const first = worseThanBefore(old, now, []);
  if (first.length === 0) return [];
  const again = await runOn(bench, "new");
  if (typeof again === "string") return first;
  const failing = (report: TestReport): ReadonlySet<string> =>
    new Set([
      ...report.tests.filter(({ outcome }) => outcome !== "passed").map(({ id }) => id),
      ...report.unloadable.map(({ file }) => file),
    ]);
  const twice = failing(again.report);
  const seen = new Set(again.report.tests.map(({ id }) => id));
  const lasting = {
    ...now,
    tests: now.tests.map((test) =>
      twice.has(test.id) || !seen.has(test.id) ? test : { ...test, outcome: "passed" as const },
    ),
  };
  return worseThanBefore(old, lasting, []);
}

interface Seen {
  readonly report: TestReport;
  readonly output: Extract<SuiteOutput, { kind: "ran" }>;
}

/** @returns why there is nothing to see, where there is not */
async function runOn(bench: Bench, schema: SuiteInput["schema"]): Promise<Seen | string> {
  const { tools, facts, prepared, recipe, folder } = bench;
  const { git, home } = tools;
  const name = `${facts.name}-${schema}`;
  const content = () => git.archive(facts.repositoryId, facts.base);
  const sandbox = await home.open({ name, runId: facts.runId, prepared, content });
  try {
    await copyProgram(sandbox, `${PROGRAM}/inside`);
    // a set-up that applies what lies in the repository then applies the change as well
    if (schema === "new")
      for (const { name: path, sql } of folder.added) await sandbox.writeFile(path, new TextEncoder().encode(sql));
    await sandbox.writeFile(`${PROGRAM}/input.json`, inputOf(bench, schema));
    const { command, deadlineMs } = recipe.test;
    const wrapped = `node ${PROGRAM}/inside/suite/main.ts ${PROGRAM}/input.json ${PROGRAM}/output.json`;
    const test = { ...recipe.test, command: wrapped, deadlineMs: deadlineMs + AROUND_MS };
    const signal = facts.signal ?? new AbortController().signal;
    const seen = await reportOf(runTests(sandbox, { commit: facts.base, test, signal }));
    const bytes = await sandbox.readFile(`${PROGRAM}/output.json`);
    if (bytes === null) return `what runs \`${command}\` beside a database did not end`;
    const output = JSON.parse(new TextDecoder().decode(bytes)) as SuiteOutput;
    if (output.kind === "no-postgres") return "the sandbox's image has no PostgreSQL";
    if (output.kind === "base-failed") return `the ${schema} schema cannot be built: ${output.failure.message}`;
    if (seen instanceof OrionError) throw seen;
    return { report: seen, output };
  } finally {
    await sandbox.close();
  }
}

/** The wrapper knows better than a missing report why there is none. */
async function reportOf(running: Promise<TestReport>): Promise<TestReport | OrionError> {
  try {
    return await running;
  } catch (error) {
    if (hasCode(error, "TEST_REPORT_MISSING") || hasCode(error, "TEST_REPORT_UNREADABLE")) return error;
    throw error;
  }
}

function inputOf({ recipe, folder }: Bench, schema: SuiteInput["schema"]): Uint8Array {
  const { before, added } = folder;
  const prisma = [...before, ...added].every(({ name }) => name.endsWith("/migration.sql"));
  const { command } = recipe.test;
  const input: SuiteInput = { before, added, schema, prisma, command, ...recipe.settings.database };
  return new TextEncoder().encode(JSON.stringify(input));
}

function notVerified(because: string): ReleaseOutcome {
  return { kind: "not-verified", because };
}

function few(lines: readonly string[]): readonly string[] {
  return lines.length <= LISTED ? lines : [...lines.slice(0, LISTED), `and ${lines.length - LISTED} more`];
}
