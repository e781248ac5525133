/**
 * The check of migrations on a pull request, as intake asks for it. Who judges
 * and proves stands behind it.
 */
import type { Repository } from "../task.ts";

export interface CheckedMigration {
  readonly path: string;
  readonly sha256: string;
}

export interface CheckedPull {
  /** how the check ended; null when the pull request touches no migration */
  readonly conclusion: string | null;
  /** files whose content a maintainer must approve, those approved left out */
  readonly waiting: readonly CheckedMigration[];
}

export interface MigrationChecks {
  /** Judges the pull request as it is now and puts the check on its head. Doing it again is the same check. */
  check(repository: Repository, pullRequest: number): Promise<CheckedPull>;
}
