/**
 * Whether a change adds a secret. Shapes are a kept scanner's; what is plainly
 * made up for a test or a manual is let through. It never gives the secret itself.
 */
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import type { FileDiff, Hunk } from "../domain/ports/git-port.ts";

export interface SecretFinding {
  readonly path: string;
  /** in the new file, from 1 */
  readonly line: number;
  /** what it looks like, e.g. `github token` */
  readonly looksLike: string;
}

const RULES = [{ id: "recommended", rule: creator }];
/** Words that nobody's real secret holds, and addresses that lead nowhere. */
const MADE_UP =
  /test|example|fake|dummy|sample|placeholder|changeme|your[-_]|x{4}|\*{3}|<[^>]+>|\$\{|1234567|localhost|127\.0\.0\.1|\.invalid\b|:(password|pass|passwd|secret|postgres|root|user|admin)@/i;
/** In longer ones such a word comes about by chance: one key in two hundred spells one. */
const MADE_UP_CHARS = 200;
/** Bits a character; words and repetitions lie below, random keys above. */
const RANDOM_BITS = 3;

/** @param diffs what is about to be pushed; only lines that it adds count */
export async function findSecrets(diffs: readonly FileDiff[]): Promise<readonly SecretFinding[]> {
  const found: SecretFinding[] = [];
  for (const { path, hunks } of diffs) for (const hunk of hunks) found.push(...(await inHunk(path, hunk)));
  return found;
}

/** @returns whole words for a person or an agent, without the secrets; "" when there is none */
export function describeSecrets(findings: readonly SecretFinding[]): string {
  return findings.map(({ path, line, looksLike }) => `${path}:${line} looks like a ${looksLike}`).join("\n");
}

/** The lines around an added one are read too: a key may be spread over several. */
async function inHunk(path: string, hunk: Hunk): Promise<readonly SecretFinding[]> {
  const lines = hunk.text
    .split("\n")
    .slice(1)
    .filter((line) => line.startsWith("+") || line.startsWith(" "));
  const content = lines.map((line) => line.slice(1)).join("\n");
  const { messages } = await lintSource({
    source: { filePath: path, content, ext: "", contentType: "text" },
    options: { config: { rules: RULES }, maskSecrets: true, noPhysicFilePath: true },
  });
  return messages.flatMap(({ range: [start, end], ruleId }) => {
    const first = content.slice(0, start).split("\n").length - 1;
    const last = content.slice(0, end).split("\n").length - 1;
    const isAdded = lines.slice(first, last + 1).some((line) => line.startsWith("+"));
    if (!isAdded || isMadeUp(content.slice(start, end))) return [];
    return [{ path, line: hunk.newStart + first, looksLike: nameOf(ruleId) }];
  });
}

function isMadeUp(value: string): boolean {
  return (value.length < MADE_UP_CHARS && MADE_UP.test(value)) || bitsPerCharacter(value) < RANDOM_BITS;
}

function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}

/** `@secretlint/secretlint-rule-github` → `github secret` */
function nameOf(ruleId: string): string {
  return `${ruleId.replace(/^.*secretlint-rule-/, "").replaceAll("-", " ")} secret`;
}
