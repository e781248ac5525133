/**
 * The host's own eyes: runs a repository's whole test command on one commit in
 * a clean sandbox and reads the report. No agent has a hand in it.
 */
import { OrionError } from "../../domain/errors.ts";
import type { TestReport } from "../../domain/evidence.ts";
import type { ExecResult, PreparedSetup, Sandbox, SandboxHome, TarSource } from "../../domain/ports/sandbox-port.ts";
import type { Recipe } from "../recipe/read-recipe.ts";
import { parseReport } from "./report.ts";

const KEPT_OUTPUT_CHARS = 20_000;

export interface WitnessRequest {
  readonly name: string;
  readonly runId: string;
  readonly commit: string;
  readonly content: TarSource;
  readonly prepared: PreparedSetup;
  readonly test: NonNullable<Recipe["test"]>;
  readonly signal: AbortSignal;
}

/**
 * @returns what every test did on that commit
 * @throws OrionError TEST_TIMEOUT, TEST_OUT_OF_MEMORY, TEST_REPORT_MISSING, TEST_REPORT_UNREADABLE
 */
export async function witness(home: SandboxHome, request: WitnessRequest): Promise<TestReport> {
  const { name, runId, prepared, content } = request;
  const sandbox = await home.open({ name, runId, prepared, content });
  try {
    return await runTests(sandbox, request);
  } finally {
    await sandbox.close();
  }
}

/** Runs the test command in a sandbox that is already there, see `witness`. */
export async function runTests(
  sandbox: Sandbox,
  request: Pick<WitnessRequest, "commit" | "test" | "signal">,
): Promise<TestReport> {
  const { command, report, format, folder, deadlineMs } = request.test;
  // An old report must never speak for a new run.
  const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
  const into = report.includes("/") ? `mkdir -p ${quoted(report.slice(0, report.lastIndexOf("/")))}; ` : "";
  const line = `rm -f -- ${quoted(report)}; ${into}${command}`;
  const result = await sandbox.exec(["bash", "-c", line], { deadlineMs, signal: request.signal });
  if (request.signal.aborted) throw new OrionError("ABORTED", "this worker shuts down; another goes on with the run");
  refuseCutOff(command, deadlineMs, result);
  const bytes = await sandbox.readFile(report);
  if (bytes === null) throw missingReport(command, report, result);
  const parsed = parseReport(new TextDecoder().decode(bytes), { format, folder, workdir: sandbox.workdir });
  return {
    commit: request.commit,
    tests: parsed.tests,
    unloadable: parsed.unloadable.map((one) => ({ ...one, failure: loadFailure(one, result.output) })),
    exitCode: result.exitCode ?? -1,
    durationMs: result.durationMs,
    output: headAndTail(result.output, KEPT_OUTPUT_CHARS),
  };
}

function refuseCutOff(command: string, deadlineMs: number, result: ExecResult): void {
  const facts = { command, deadlineMs };
  if (result.timedOut) {
    throw new OrionError(
      "TEST_TIMEOUT",
      `the tests ran past ${deadlineMs} ms; raise test.timeoutMinutes or split them`,
      facts,
    );
  }
  if (result.outOfMemory) {
    throw new OrionError(
      "TEST_OUT_OF_MEMORY",
      "the tests used more memory than a sandbox has; raise the limit or run fewer at once",
      facts,
    );
  }
  if (result.exitCode === null)
    throw new OrionError("SANDBOX_GONE", "the sandbox ended while the tests ran; they are run again", facts);
}

function missingReport(command: string, report: string, result: ExecResult): OrionError {
  const tail = result.output.trim().slice(-1_500);
  return new OrionError(
    "TEST_REPORT_MISSING",
    `the test command left no report at ${report} (exit ${result.exitCode}); set test.command and test.report in .github/orion.yml. It printed:\n${tail}`,
    { command, report },
  );
}

/** node:test reports only "test failed" for a file; the reason stands on the screen above the file's name. */
function loadFailure(one: { readonly file: string; readonly failure: string }, output: string): string {
  if (!/test failed/.test(one.failure)) return one.failure;
  const lines = output.split("\n");
  const end = lines.findIndex((line) => /^\s*✖ /.test(line) && line.includes(one.file));
  if (end < 0) return one.failure;
  let start = end;
  while (start > 0 && !/^\s*[✔✖▶ℹ﹣] /.test(lines[start - 1] ?? "")) start -= 1;
  return lines.slice(start, end).join("\n").trim().slice(0, 4_000) || one.failure;
}

function headAndTail(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max / 2)}\n[… ${text.length - max} characters left out …]\n${text.slice(-max / 2)}`;
}
