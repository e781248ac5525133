/**
 * `approve-migration`: a maintainer accepts the files of a pull request that
 * need a person, each by the hash of its content. A file that changes afterwards
 * needs another yes; one that destroys cannot be approved at all.
 */
import type { CheckedMigration } from "../../domain/ports/migration-checks.ts";
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { type Permitted, reply } from "./permitted.ts";

const LEAST_HASH = /^[0-9a-f]{8,64}$/i;

export async function approveMigration(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { request, repository } = permitted;
  if (!request.onPullRequest) return reply(deps, permitted, replies.APPROVE_ON_PULL, "confused");
  const { verdict, waiting } = await deps.migrations.judge(repository, request.issueNumber);
  const chosen = choose(waiting, request.text);
  if (chosen.length === 0) {
    return reply(deps, permitted, replies.nothingToApprove(verdict), "confused");
  }
  for (const { sha256 } of chosen)
    await deps.store.saveApproval({ repositoryId: repository.id, kind: "migration", subject: sha256 }, request.author);
  await deps.migrations.request(repository, request.issueNumber);
  return reply(deps, permitted, replies.approvedMigrations(chosen), "rocket");
}

/** With hashes behind the verb, only the files they begin: what was read is what is approved. */
function choose(waiting: readonly CheckedMigration[], text: string): readonly CheckedMigration[] {
  const hashes = text.split(/[\s,`]+/).filter((word) => LEAST_HASH.test(word));
  if (hashes.length === 0) return waiting;
  return waiting.filter(({ sha256 }) => hashes.some((hash) => sha256.startsWith(hash.toLowerCase())));
}
