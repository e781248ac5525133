/**
 * What is said about a change's migrations: in the pull request, in the check,
 * on the lines themselves. Text only; every part of it was seen by the host.
 */
import type { JudgedFile, MigrationEvidence, ProofOutcome, ReleaseOutcome } from "../../domain/migration-evidence.ts";
import type { Annotation, Check, CheckConclusion } from "../../domain/ports/github-port.ts";
import { codeSpan, safe } from "../words/safe.ts";

export const CHECK_NAME = "orion/migrations";
const MAX_ROWS = 60;
const HASH_CHARS = 12;

export interface Judged {
  readonly evidence: MigrationEvidence;
  /** hashes a maintainer has approved */
  readonly approved: ReadonlySet<string>;
}

/** @returns how the check ends, and why in a few words */
export function conclude({ evidence, approved }: Judged): {
  readonly conclusion: CheckConclusion;
  readonly title: string;
} {
  const { verdict, files, proof, release } = evidence;
  if (verdict === "destructive") {
    const count = files.filter((file) => file.verdict === "destructive").length;
    return {
      conclusion: "failure",
      title: `${count} of ${files.length} files would destroy data or break the running version`,
    };
  }
  if (proof.kind === "broken" && (proof.hard.length > 0 || verdict === "additive"))
    return { conclusion: "failure", title: "tried on a database with rows, it does not hold" };
  if (release?.kind === "worse" && verdict === "additive")
    return { conclusion: "failure", title: "the release that runs now does not bear the new schema" };
  const waiting = files.filter((file) => needsApproval(file) && !approved.has(file.sha256 ?? ""));
  if (waiting.length > 0)
    return {
      conclusion: "action_required",
      title: `${waiting.length} files wait for a maintainer: /orion approve-migration`,
    };
  return { conclusion: "success", title: verdict === "additive" ? "only adds" : "approved by a maintainer" };
}

export function needsApproval(file: JudgedFile): boolean {
  return file.verdict === "needs-human";
}

export function migrationCheck(judged: Judged, at: { readonly headSha: string; readonly externalId: string }): Check {
  return {
    ...at,
    name: CHECK_NAME,
    status: "completed",
    ...conclude(judged),
    summary: summary(judged),
    annotations: judged.evidence.files.flatMap(annotationsOf),
  };
}

function annotationsOf({ path, findings, notes, verdict, sha256 }: JudgedFile): readonly Annotation[] {
  // a file that is gone has no line to point at
  if (sha256 === null) return [];
  const level = verdict === "destructive" ? "failure" : "warning";
  return [
    ...findings.map((one) => ({ one, level }) as const),
    ...notes.map((one) => ({ one, level: "notice" }) as const),
  ].map(({ one, level: shown }) => ({
    path,
    line: one.line,
    level: shown,
    title: one.rule,
    message: `${one.because}. ${one.remedy}`,
  }));
}

/** @returns Markdown */
export function summary({ evidence, approved }: Judged): string {
  const rows = evidence.files.map((file) => fileRow(file, approved));
  const more = rows.length > MAX_ROWS ? `\n\nand ${rows.length - MAX_ROWS} more files` : "";
  const table = ["| file | verdict | why | sha256 |", "|---|---|---|---|", ...rows.slice(0, MAX_ROWS)].join("\n");
  const remedies = evidence.files.flatMap(({ path, findings }) =>
    findings.slice(0, 5).map((one) => `- ${codeSpan(path)} line ${one.line}, \`${one.rule}\`: ${safe(one.remedy)}`),
  );
  const how = evidence.files.some((file) => needsApproval(file) && !approved.has(file.sha256 ?? ""))
    ? "\n\nA maintainer accepts what needs a person with `/orion approve-migration`; it holds for exactly these bytes."
    : "";
  return `${table}${more}\n\n${proofText(evidence.proof)}${releaseText(evidence.release)}${remedies.length === 0 ? "" : `\n\n**What to do instead**\n\n${remedies.slice(0, MAX_ROWS).join("\n")}`}${how}`;
}

function fileRow(file: JudgedFile, approved: ReadonlySet<string>): string {
  const why = file.findings.map((one) => `line ${one.line}: ${safe(one.because, 160)}`).join("; ") || "only adds";
  const verdict = needsApproval(file) && approved.has(file.sha256 ?? "") ? "needs-human, approved" : file.verdict;
  return `| ${codeSpan(file.path)} | ${verdict} | ${why.replaceAll("|", "\\|")} | \`${file.sha256?.slice(0, HASH_CHARS) ?? "gone"}\` |`;
}

/** @returns Markdown: one line, and what did not hold below it */
export function proofText(proof: ProofOutcome): string {
  switch (proof.kind) {
    case "held":
      return `Proven: applied to a scratch database, every old row, object and answer is as it was (${proof.figures}).`;
    case "broken":
      return [
        `Tried on a scratch database (${proof.figures}):`,
        ...[...proof.hard, ...proof.soft].map((line) => `- ${safe(line, 300)}`),
      ].join("\n");
    case "not-proven":
      return `Not proven here: ${safe(proof.because, 400)}.`;
  }
}

/** @returns Markdown: a paragraph of its own, "" where nothing was asked */
function releaseText(release: ReleaseOutcome | undefined): string {
  switch (release?.kind) {
    case undefined:
      return "";
    case "answered":
      return `\n\nThe release that runs now was tried on the new schema, and nothing is worse (${release.figures}).`;
    case "worse":
      return [
        `\n\nThe release that runs now was tried on the new schema (${release.figures}), and is worse off:\n`,
        ...release.problems.map((line) => `- ${safe(line, 300)}`),
      ].join("\n");
    case "not-verified":
      return `\n\nNot verified: whether the release that runs now bears the new schema: ${safe(release.because, 400)}.`;
  }
}

/** The part of a pull request's text about migrations. */
export function migrationsPart(evidence: MigrationEvidence | null | undefined): string {
  if (evidence === null || evidence === undefined) return "none";
  return `**${evidence.verdict}**\n\n${summary({ evidence, approved: new Set() })}`;
}
