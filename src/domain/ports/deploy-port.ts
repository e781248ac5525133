/**
 * The host that Orion runs on, as far as deploys go: Render, or what stands in
 * for it on one machine. Every method is one call; nothing here decides.
 */

export type HostStatus =
  /** waiting, building or in pre-deploy */
  | "building"
  | "live"
  /** was live, another one is now */
  | "replaced"
  /** build, pre-deploy or health check failed; the one before keeps serving */
  | "failed"
  | "canceled";

/** One deploy as the host tells it. */
export interface HostDeploy {
  readonly id: string;
  /** full sha */
  readonly commit: string;
  readonly status: HostStatus;
  /** the host's own word, e.g. `pre_deploy_failed` */
  readonly hostStatus: string;
  /** `rollback` when it was one, else what started it, e.g. `new_commit` */
  readonly trigger: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface DeployHost {
  /** Newest first, at most `last`. */
  deploys(last: number): Promise<readonly HostDeploy[]>;
  deploy(id: string): Promise<HostDeploy | null>;
  /** Starts a deploy of the commit. */
  startDeploy(commit: string): Promise<HostDeploy>;
  /** Puts an earlier deploy's build live again; it does not switch auto-deploy off. */
  rollback(deployId: string): Promise<HostDeploy>;
  autoDeploy(): Promise<boolean>;
  setAutoDeploy(on: boolean): Promise<void>;
}
