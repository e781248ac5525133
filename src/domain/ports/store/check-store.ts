/** Pull requests whose check waits or is being made, outside of the delivery that asked for it. */

export interface PullAddress {
  readonly repositoryId: number;
  readonly pullRequest: number;
}

export interface CheckStore {
  /** Queues the check of a pull request as it then is; while one waits, another asks for nothing more. */
  queueCheck(pull: PullAddress): Promise<void>;
  /** Those that some worker has in hand now. */
  checksInHand(): Promise<readonly PullAddress[]>;
}
