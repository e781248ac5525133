/**
 * The check of migrations on a pull request, as intake asks for it. Who judges
 * and proves stands behind it.
 */
import type { Repository } from "../task.ts";

export interface CheckedMigration {
  readonly path: string;
  readonly sha256: string;
}

export interface JudgedPull {
  /** null when the pull request touches no migration */
  readonly verdict: "additive" | "needs-human" | "destructive" | null;
  /** files whose content a maintainer must approve, those approved left out */
  readonly waiting: readonly CheckedMigration[];
}

export interface MigrationChecks {
  /** Has the check made by whoever takes it from the queue. Asking twice before it begins is asking once. */
  request(repository: Repository, pullRequest: number): Promise<void>;
  /** What the judge says of the pull request as it is now; nothing is run, nothing is put. */
  judge(repository: Repository, pullRequest: number): Promise<JudgedPull>;
}
