/**
 * Whether a plan waits for a yes, whose yes counts, and what exactly it is a yes
 * to. Pure.
 */
import { createHash } from "node:crypto";
import type { Plan } from "../../domain/plan.ts";
import type { Role } from "../../domain/ports/github-port.ts";
import type { Run, Task } from "../../domain/task.ts";
import type { RepositorySettings } from "../recipe/settings.ts";

/** `must`: only `/orion approve` lets work begin; `asked`: `/orion go` does, too. */
export type Need = "none" | "asked" | "must";

/**
 * Words of somebody who may not write are worked on only as a plan that somebody
 * who may has seen (T1), whatever the settings say; a fix is asked for in words of its own.
 */
export function approvalNeed(
  run: Pick<Run, "kind" | "approval">,
  task: Pick<Task, "adopted">,
  settings: Pick<RepositorySettings, "approval">,
): Need {
  if (run.kind === "first" && (task.adopted || settings.approval === "required")) return "must";
  return run.approval === "asked" ? "asked" : "none";
}

/** @returns the least role whose yes counts */
export function approverRole(kind: Run["kind"], { who }: Pick<RepositorySettings, "who">): Role {
  return who?.approve ?? who?.[kind === "first" ? "go" : "fix"] ?? "write";
}

/** A plan made again is another plan, even when it says the same: whoever approved had not seen what led to it. */
export function planHash(runId: string, revision: number, plan: Plan): string {
  return createHash("sha256")
    .update(JSON.stringify([runId, revision, plan]))
    .digest("hex");
}
