/** What is said of a pull request's scope, in its check and its text. Pure. */
import type { Person } from "../../domain/task.ts";
import type { ScopeFinding, ScopeVerdict } from "../../policy/scope/judge-scope.ts";
import { counted } from "../../policy/words/counted.ts";
import { codeSpan } from "../words/safe.ts";

const MAX_LISTED = 50;
const SHORT_LISTED = 8;

export function scopeTitle(verdict: ScopeVerdict, approvedBy: Person | null): string {
  if (verdict.kind === "clear") return "nothing protected is changed";
  if (verdict.kind === "secret") return counted(verdict.secrets.length, "secret");
  const things = verdict.findings.every(({ path }) => path !== null) ? "file" : "thing";
  const files = counted(verdict.findings.length, things);
  if (verdict.kind === "look") return `${files} for a person to look at`;
  return approvedBy === null
    ? `${files} that judge Orion: an administrator must approve`
    : `${files} that judge Orion, approved by ${approvedBy.login}`;
}

/** @returns the check's text: the list, and what to do */
export function scopeSummary(verdict: ScopeVerdict, headSha: string, approvedBy: Person | null): string {
  if (verdict.kind === "clear") return "No file that CI, the host, git or the package manager obeys is changed.";
  if (verdict.kind === "secret") {
    const where = verdict.secrets.map(
      ({ path, line, looksLike }) => `- ${codeSpan(`${path}:${line}`)}: a ${looksLike}`,
    );
    const rest = verdict.findings.length === 0 ? "" : `\n\n${listed(verdict.findings, MAX_LISTED)}`;
    return `${where.slice(0, MAX_LISTED).join("\n")}\n\nWhoever can read the repository can read these, in its history, too: revoke them, then take them out. A value that is plainly made up (with the word test in it) is let through.${rest}`;
  }
  return `${listed(verdict.findings, MAX_LISTED)}\n\n${remedy(verdict, headSha, approvedBy)}`;
}

/** @returns the section of the pull request's text */
export function scopeSection(verdict: ScopeVerdict): string {
  switch (verdict.kind) {
    case "clear":
      return "Nothing protected is changed.";
    case "look":
      return `A person should look at these before merging:\n\n${listed(verdict.findings, SHORT_LISTED)}`;
    case "secret":
      return `A secret is in this change, see the check \`orion/scope\`.`;
    case "needs-admin":
      return `This changes what judges Orion. The check \`orion/scope\` stays red until an administrator approves the very commit:\n\n${listed(verdict.findings, SHORT_LISTED)}`;
  }
}

function remedy(verdict: ScopeVerdict, headSha: string, approvedBy: Person | null): string {
  if (verdict.kind !== "needs-admin")
    return "Look at these before you merge; Orion may change them, and cannot judge them.";
  const commit = `\`${headSha.slice(0, 7)}\``;
  if (approvedBy !== null) return `${approvedBy.login} approved ${commit}. Another commit needs another approval.`;
  return `An administrator of this repository who agrees approves the pull request at ${commit} (*Review changes → Approve*); that turns this check green, for this commit alone. Otherwise \`/orion fix leave these files alone\`.`;
}

function listed(findings: readonly ScopeFinding[], most: number): string {
  const lines = findings.map(({ path, status, because }) =>
    path === null ? `- ${because}` : `- ${codeSpan(path)} ${status}: ${because}`,
  );
  if (lines.length <= most) return lines.join("\n");
  return [...lines.slice(0, most - 1), `- and ${lines.length - most + 1} more files`].join("\n");
}
