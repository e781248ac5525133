/**
 * Where a merged commit stands, from what the host tells and which of the
 * host's commits hold it. Pure.
 */
import type { HostDeploy } from "../domain/ports/deploy-port.ts";

export type DeployVerdict =
  /** the host has no deploy that holds it */
  | { readonly kind: "waiting" }
  | { readonly kind: "deploying" }
  /** live on the host; `commits` have shipped it, the first one first; each may hold more than was merged */
  | { readonly kind: "live"; readonly commits: readonly string[] }
  | { readonly kind: "failed"; readonly hostStatus: string };

/** The word for a version that was live until the host went back to an older one. */
export const ROLLED_BACK = "rolled_back";

/**
 * A newer push overrides a deploy, or carries along what another merge brought:
 * so every deploy of a commit that holds the merged one counts.
 * @param deploys of the host, newest first
 * @param holds whether the commit of a deploy holds what was merged
 * @source Render documentation: a deploy that a newer push overrides is canceled, and the newer one ships both
 */
export function judgeDeploy(deploys: readonly HostDeploy[], holds: (commit: string) => boolean): DeployVerdict {
  const ours = deploys.filter((one) => holds(one.commit));
  const serving = deploys.find((one) => one.status === "live");
  const served = ours.filter((one) => one.status === "live" || one.status === "replaced");
  if (serving !== undefined && holds(serving.commit))
    return { kind: "live", commits: [...new Set(served.map(({ commit }) => commit).reverse())] };
  if (ours.some((one) => one.status === "building")) return { kind: "deploying" };
  // between two that serve nothing is live for a moment
  if (served.length > 0) return serving === undefined ? { kind: "deploying" } : failed(ROLLED_BACK);
  const ended = ours.find((one) => one.status !== "canceled");
  return ended === undefined ? { kind: "waiting" } : failed(ended.hostStatus);
}

function failed(hostStatus: string): DeployVerdict {
  return { kind: "failed", hostStatus };
}
