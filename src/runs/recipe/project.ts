/**
 * What rules about projects look at and what they answer. The rules themselves
 * stand in `convention.ts` and the files of the languages.
 */
import type { Toolchain } from "../../domain/ports/sandbox-port.ts";
import type { ReportFormat } from "../witness/report.ts";

/** Paths of a commit, relative to the project's folder, and a few small files. */
export interface RepositoryFacts {
  readonly paths: ReadonlySet<string>;
  /** text of a manifest or of one of the first test files, or null */
  text(path: string): string | null;
}

export interface Convention {
  readonly name: string;
  readonly setup: readonly string[];
  readonly command: string;
  readonly report: string;
  readonly format: ReportFormat;
  readonly toolchain: Toolchain | null;
}

export const REPORT_PATH = ".orion/junit.xml";
export const PRINTED_PATH = ".orion/printed.txt";

export const NODE_TEST_REPORTERS = [
  "--test-reporter=spec --test-reporter-destination=stdout",
  `--test-reporter=junit --test-reporter-destination=${REPORT_PATH}`,
].join(" ");

/** Keeps what the commands print as the report, and the last one's exit code. */
export function printed(...commands: readonly string[]): string {
  return `mkdir -p .orion; { ${commands.join("; ")}; } >${PRINTED_PATH} 2>&1; code=$?; cat ${PRINTED_PATH}; exit $code`;
}
