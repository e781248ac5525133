/**
 * Secrets on their way into a repository: an agent is told to take them out of
 * what it hands in, and what is pushed is looked at once more.
 */
import type { Evidence } from "../../domain/evidence.ts";
import { describeSecrets, findSecrets } from "../../policy/secrets.ts";
import type { RunContext } from "../run-context.ts";

/** @returns what an agent must take out of the commit it made; null when it adds no secret */
export async function secretsAdded(context: RunContext, parent: string, commit: string): Promise<string | null> {
  const found = await findSecrets(await context.deps.git.diff(context.repository.id, parent, commit));
  if (found.length === 0) return null;
  return `secrets do not belong into a repository; take them out, or use a value that is plainly made up (with the word test in it): ${describeSecrets(found)}`;
}

/**
 * Looked for in each commit that would be pushed: what the last one takes out again is in the history nonetheless.
 * @returns file and line of each, "" when there is none
 */
export async function secretsIn(
  { deps, repository }: RunContext,
  { baseSha, testSha, headSha }: Evidence,
): Promise<string> {
  const shas = [baseSha, ...(testSha === null ? [] : [testSha]), headSha];
  const diffs = await Promise.all(
    shas.slice(1).map((sha, index) => deps.git.diff(repository.id, shas[index] ?? baseSha, sha)),
  );
  return describeSecrets(await findSecrets(diffs.flat()));
}
