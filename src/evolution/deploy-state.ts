/**
 * Where a merged commit stands, from what the host tells and which incarnations
 * are ready. Pure.
 */
import type { HostDeploy } from "../domain/ports/deploy-port.ts";
import type { Deploy } from "../domain/ports/store/evolution-store.ts";

export type DeployVerdict =
  | { readonly kind: "waiting" }
  | { readonly kind: "deploying" }
  /** live on the host; `commit` is what runs, which may hold more than was merged */
  | { readonly kind: "live"; readonly commit: string }
  | { readonly kind: "failed"; readonly hostStatus: string };

/**
 * @param deploys of the host, newest first
 * @source Render documentation: a deploy that a newer push overrides is canceled, and the newer one ships both
 */
export function judgeDeploy(deploy: Pick<Deploy, "commit">, deploys: readonly HostDeploy[]): DeployVerdict {
  const index = deploys.findIndex((one) => one.commit === deploy.commit && one.trigger !== "service_resumed");
  const found = deploys[index];
  if (found === undefined) return { kind: "waiting" };
  switch (found.status) {
    case "building":
      return { kind: "deploying" };
    case "live":
    case "replaced":
      return { kind: "live", commit: found.commit };
    case "failed":
      return { kind: "failed", hostStatus: found.hostStatus };
    case "canceled":
      return successor(deploys.slice(0, index));
  }
}

/** What became of the deploys that came after a canceled one; a rollback ships nothing new. */
function successor(newer: readonly HostDeploy[]): DeployVerdict {
  const next = [...newer].reverse().find((one) => one.trigger !== "rollback" && one.status !== "canceled");
  if (next === undefined) return { kind: "waiting" };
  if (next.status === "failed") return { kind: "failed", hostStatus: next.hostStatus };
  return next.status === "building" ? { kind: "deploying" } : { kind: "live", commit: next.commit };
}
