/**
 * Writes verdicts for people, for scripts, and as SARIF for code scanning.
 */
import { RULES, type Severity } from "../rules/rules.ts";
import type { Finding, VerdictKind } from "../verdict.ts";
import { type FileVerdict, isUnreadable } from "./folder.ts";

export type Format = "text" | "json" | "sarif";

/** The exit code says the gravest of all: 3 unreadable, 1 destructive, 2 needs a person, 0 additive. */
export function exitCodeOf(files: readonly FileVerdict[]): 0 | 1 | 2 | 3 {
  if (files.some(({ verdict }) => isUnreadable(verdict))) return 3;
  if (files.some(({ verdict }) => verdict.verdict === "destructive")) return 1;
  return files.some(({ verdict }) => verdict.verdict === "needs-human") ? 2 : 0;
}

/** @param folder goes before the files' names in SARIF, so that annotations find them */
export function report(files: readonly FileVerdict[], format: Format, folder: string): string {
  switch (format) {
    case "json":
      return JSON.stringify(files.map(asJson), null, 2);
    case "sarif":
      return JSON.stringify(asSarif(files, folder), null, 2);
    case "text":
      return asText(files);
  }
}

function asJson({ file, verdict }: FileVerdict) {
  const findings = verdict.findings.map(({ rule, line, column, because, remedy }) => ({
    rule,
    line,
    column,
    because,
    remedy,
  }));
  return { file, verdict: verdict.verdict, findings };
}

function asText(files: readonly FileVerdict[]): string {
  const lines = files.flatMap(({ file, verdict }) => [
    `${verdict.verdict.padEnd(11)}  ${file}`,
    ...[...verdict.findings, ...verdict.notes].flatMap((finding) => [
      `  ${finding.line}:${finding.column}  ${finding.severity}  ${finding.rule}: ${finding.because}`,
      `      ${finding.remedy}`,
    ]),
  ]);
  const count = (kind: VerdictKind) => files.filter(({ verdict }) => verdict.verdict === kind).length;
  const sum = `${files.length} judged: ${count("additive")} additive, ${count("needs-human")} needs-human, ${count("destructive")} destructive`;
  return [...lines, sum].join("\n");
}

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  destructive: "error",
  "needs-human": "warning",
  note: "note",
};

/** @source SARIF 2.1.0, sections 3.13 (log), 3.14 (run) and 3.27 (result) */
function asSarif(files: readonly FileVerdict[], folder: string) {
  const all = files.flatMap(({ file, verdict }) =>
    [...verdict.findings, ...verdict.notes].map((finding) => ({ file, finding })),
  );
  const used = [...new Set(all.map(({ finding }) => finding.rule))];
  const rules = used.map((id) => ({
    id,
    shortDescription: { text: RULES.get(id)?.because ?? id },
    help: { text: RULES.get(id)?.remedy ?? id },
  }));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "codemaestro-migrations", rules } },
        columnKind: "unicodeCodePoints",
        results: all.map(({ file, finding }) => asResult(`${folder}${file}`, finding)),
      },
    ],
  };
}

function asResult(uri: string, { rule, severity, because, remedy, line, column }: Finding) {
  const region = { startLine: line, startColumn: column };
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text: `${because}. ${remedy}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(uri) }, region } }],
  };
}
