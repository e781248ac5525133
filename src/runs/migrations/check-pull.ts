/**
 * The check on a pull request that touches a migration, whoever wrote it. It
 * reads the commits from the mirror; nothing of the repository runs on the host.
 */

import type { GitHub } from "../../domain/ports/github-port.ts";
import type { MigrationChecks } from "../../domain/ports/migration-checks.ts";
import type { ApprovalStore } from "../../domain/ports/store/approval-store.ts";
import { judgeMigrations } from "./judge-migrations.ts";
import type { MigrationTools } from "./release-suite.ts";
import { conclude, migrationCheck, needsApproval } from "./words.ts";

export interface CheckDeps extends MigrationTools {
  readonly github: Pick<GitHub, "pull" | "remote" | "putCheck">;
  readonly store: ApprovalStore;
}

export function migrationChecks(deps: CheckDeps): MigrationChecks {
  return {
    async check(repository, pullRequest) {
      const { git, github, store } = deps;
      const pull = await github.pull(repository, pullRequest);
      const remote = await github.remote(repository, "read");
      await git.fetch(remote);
      const head = (await git.fetchPull(remote, pullRequest)) ?? pull.headSha;
      const tip = await git.remoteHead(remote, pull.baseRef);
      const base = tip === null ? null : await git.mergeBase(repository.id, tip, head);
      if (tip === null || base === null) return { conclusion: null, waiting: [] };
      const evidence = await judgeMigrations(deps, {
        ...{ repositoryId: repository.id, base, tip, head },
        ...{ name: `migrations-${repository.id}-${pullRequest}`, runId: `pull-${repository.id}-${pullRequest}` },
      });
      if (evidence === null) return { conclusion: null, waiting: [] };
      const needing = evidence.files
        .filter(needsApproval)
        .flatMap(({ path, sha256 }) => (sha256 === null ? [] : [{ path, sha256 }]));
      const approved = await store.approved(
        repository.id,
        "migration",
        needing.map(({ sha256 }) => sha256),
      );
      const judged = { evidence, approved };
      await github.putCheck(
        repository,
        migrationCheck(judged, { headSha: head, externalId: `migrations:${pullRequest}:${head}` }),
      );
      return {
        conclusion: conclude(judged).conclusion,
        waiting: needing.filter(({ sha256 }) => !approved.has(sha256)),
      };
    },
  };
}
