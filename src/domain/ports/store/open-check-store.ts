/** Checks of ours that say they are under way, written down so that they can be ended without asking GitHub. */

export interface OpenCheck {
  readonly repositoryId: number;
  /** the run whose work it shows */
  readonly runId: string;
  readonly name: string;
  readonly headSha: string;
  readonly externalId: string;
}

export interface OpenCheckStore {
  /** Before it is put on the commit; the newest run of several counts. */
  openCheck(check: OpenCheck): Promise<void>;
  /** After it was completed. */
  closeCheck(check: OpenCheck): Promise<void>;
  openChecksOf(runId: string): Promise<readonly OpenCheck[]>;
  /** Those whose run has ended or is gone. */
  danglingChecks(): Promise<readonly OpenCheck[]>;
}
