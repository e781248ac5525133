/**
 * Work that is pushed nowhere yet lives in one machine's mirror, and a deploy may
 * take that machine away. So every commit a run builds is kept with the run, and
 * whoever takes the run up brings back what its own mirror lacks.
 */
import { describeError, hasCode } from "../../domain/errors.ts";
import type { Git } from "../../domain/ports/git-port.ts";
import type { GitHub } from "../../domain/ports/github-port.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { Fence, Repository, Run } from "../../domain/task.ts";

/** @returns git as a run is given it: what it builds is kept before anybody relies on it */
export function carrying(git: Git, store: Pick<Store, "keepCommit">, fence: Fence): Git {
  const kept = new Set<string>();
  async function keep(repositoryId: number, commit: string): Promise<void> {
    // merges are built anew whenever they are needed, and come out the same
    if (kept.has(commit)) return;
    await store.keepCommit(fence, commit, await git.pack(repositoryId, commit));
    kept.add(commit);
  }
  return {
    ...git,
    commit: async (request) => {
      const commit = await git.commit(request);
      await keep(request.repositoryId, commit);
      return commit;
    },
    merge: async (request) => {
      const made = await git.merge(request);
      if (made.kind !== "nothing") await keep(request.repositoryId, made.commit);
      return made;
    },
  };
}

export interface RegainDeps {
  readonly git: Pick<Git, "fetch" | "has" | "unpack">;
  readonly github: Pick<GitHub, "remote">;
  readonly store: Pick<Store, "keptCommits" | "keptPack">;
  readonly log: (line: string) => void;
}

/** Afterwards the mirror holds the run's base and whatever it built, as far as either can be had. */
export async function regain(
  { git, github, store, log }: RegainDeps,
  repository: Repository,
  run: Pick<Run, "id" | "baseSha">,
): Promise<void> {
  const built = await store.keptCommits(run.id);
  const wanted = run.baseSha === null ? built : [run.baseSha, ...built];
  if (await git.has(repository.id, wanted)) return;
  await git.fetch(await github.remote(repository, "read"));
  for (const commit of built) {
    if (await git.has(repository.id, [commit])) continue;
    const pack = await store.keptPack(run.id, commit);
    if (pack === null) return;
    try {
      await git.unpack(repository.id, commit, pack);
    } catch (error) {
      // what it builds on was taken off the remote: whoever needs it finds it missing, and begins before it
      if (!hasCode(error, "GIT_FAILED")) throw error;
      return log(`run ${run.id}: ${commit} cannot be brought back: ${describeError(error)}`);
    }
  }
}
