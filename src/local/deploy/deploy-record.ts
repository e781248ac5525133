/**
 * One deploy as the host keeps it, and what its states mean. The words are
 * Render's, so that one adapter reads both. It does nothing itself.
 * @source Render API reference, "Deploys"
 */
import { z } from "zod";

export const DEPLOY_STATUSES = [
  "created",
  "queued",
  "build_in_progress",
  "pre_deploy_in_progress",
  "update_in_progress",
  "live",
  "deactivated",
  "build_failed",
  "pre_deploy_failed",
  "update_failed",
  "canceled",
] as const;
export type DeployStatus = (typeof DEPLOY_STATUSES)[number];

export const deployRecordSchema = z.object({
  id: z.string(),
  commit: z.object({ id: z.string(), message: z.string(), createdAt: z.string() }),
  status: z.enum(DEPLOY_STATUSES),
  trigger: z.enum(["new_commit", "api", "rollback", "service_resumed"]),
  createdAt: z.string(),
  updatedAt: z.string(),
  finishedAt: z.string().nullable(),
  /** the release it runs, or "" while there is none */
  release: z.string(),
});
export type DeployRecord = z.output<typeof deployRecordSchema>;

const UNDER_WAY: readonly DeployStatus[] = [
  "created",
  "queued",
  "build_in_progress",
  "pre_deploy_in_progress",
  "update_in_progress",
];

/** The three steps of a deploy; each has a state while it runs and one for its failure. */
export type DeployStep = "build" | "pre_deploy" | "update";

/** @returns true until the deploy is live or has ended */
export function isUnderWay(status: DeployStatus): boolean {
  return UNDER_WAY.includes(status);
}

/** @returns what the API shows of it */
export function shown({ release: _, ...deploy }: DeployRecord): Omit<DeployRecord, "release"> {
  return deploy;
}
