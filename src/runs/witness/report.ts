/**
 * What a runner reported, whatever its format: chooses the reader, and says so
 * when the report holds nothing it can read. It judges nothing.
 */
import { OrionError } from "../../domain/errors.ts";
import { parseGoTest } from "./go-test.ts";
import { type ParsedReport, parseJUnit } from "./junit.ts";
import { parseLibtest } from "./libtest.ts";
import { parseTap } from "./tap.ts";
import { parseUnittest } from "./unittest.ts";

/** `printed`: whatever the command printed, in any of the formats that are printed. */
export type ReportFormat = "junit" | "go" | "cargo" | "unittest" | "printed";

type Reader = (text: string) => ParsedReport | null;

const READERS: Readonly<Record<Exclude<ReportFormat, "junit">, readonly Reader[]>> = {
  go: [parseGoTest],
  cargo: [parseLibtest],
  unittest: [parseUnittest],
  printed: [parseGoTest, parseLibtest, parseUnittest, parseTap],
};

export interface ReportPlace {
  readonly format: ReportFormat;
  /** absolute path of the workspace inside the sandbox; taken off file names */
  readonly workdir: string;
  /** the package's folder that the command ran in; "" for the top */
  readonly folder: string;
}

/** @throws OrionError TEST_REPORT_UNREADABLE when nothing in the text is a test's result */
export function parseReport(text: string, { format, workdir, folder }: ReportPlace): ParsedReport {
  const parsed = format === "junit" ? parseJUnit(text, workdir) : firstThatReads(READERS[format], text);
  if (parsed === null) {
    const said = text.trim().slice(-1_500);
    throw new OrionError(
      "TEST_REPORT_UNREADABLE",
      `no test result could be read from what the tests printed; let test.command in .github/orion.yml write JUnit XML and test.report name it. It printed:\n${said}`,
      { format },
    );
  }
  return folder === "" ? parsed : under(folder, parsed);
}

function firstThatReads(readers: readonly Reader[], text: string): ParsedReport | null {
  for (const reader of readers) {
    const parsed = reader(text);
    if (parsed !== null) return parsed;
  }
  return null;
}

/** Runners name files as seen from where they run; people name them as seen from the top. */
function under(folder: string, { tests, unloadable }: ParsedReport): ParsedReport {
  const place = (file: string): string => (file.startsWith(`${folder}/`) ? file : `${folder}/${file}`);
  return {
    tests: tests.map((test) =>
      test.file === null
        ? test
        : { ...test, file: place(test.file), id: test.id.replace(`${test.file} › `, `${place(test.file)} › `) },
    ),
    unloadable: unloadable.map((one) => ({ ...one, file: place(one.file) })),
  };
}
