/**
 * Whether a deploy is taken back: from looks at the service, the host's own
 * list and what was reported, to a verdict. It keeps nothing between two runs
 * and touches nothing.
 */
import type { HostDeploy } from "../../src/domain/ports/deploy-port.ts";

/** So many bad looks in a row make a service sick. */
export const BAD_LOOKS = 3;
/** What breaks later than this was not broken by the deploy alone. */
const FRESH_MS = 30 * 60_000;
/** One automatic rollback in this time; then a person decides. */
export const CALM_MS = 24 * 3_600_000;

/** One look at `/readyz`. */
export interface Look {
  readonly ok: boolean;
  /** what it answered, or why it did not */
  readonly told: string;
}

/** What the watchdog said of a deploy before. */
export interface Report {
  readonly deployId: string;
  readonly rolledBack: boolean;
  readonly at: Date;
}

export interface HealthFacts {
  readonly now: Date;
  /** oldest first */
  readonly looks: readonly Look[];
  /** newest first; null when the host does not say */
  readonly deploys: readonly HostDeploy[] | null;
  readonly reports: readonly Report[];
}

export type Verdict =
  | { readonly kind: "well" }
  | { readonly kind: "wait"; readonly because: string }
  /** nothing that a rollback would mend, or nothing new to say */
  | { readonly kind: "leave"; readonly because: string }
  | { readonly kind: "call"; readonly deploy: HostDeploy; readonly because: string }
  | { readonly kind: "roll-back"; readonly from: HostDeploy; readonly to: HostDeploy };

export function judgeHealth({ now, looks, deploys, reports }: HealthFacts): Verdict {
  const last = looks.slice(-BAD_LOOKS);
  if (last.at(-1)?.ok === true) return { kind: "well" };
  if (last.length < BAD_LOOKS || last.some((look) => look.ok))
    return { kind: "wait", because: `fewer than ${BAD_LOOKS} bad looks in a row` };
  if (deploys === null) return { kind: "leave", because: "the deploy host does not say what is live" };
  const live = deploys.find((one) => one.status === "live");
  if (live === undefined) return { kind: "leave", because: "nothing is live" };
  const underWay = deploys.slice(0, deploys.indexOf(live)).find((one) => one.status === "building");
  if (underWay !== undefined)
    return { kind: "wait", because: `deploy ${underWay.id} is under way and may be the remedy` };
  const liveMs = now.getTime() - (live.finishedAt ?? live.createdAt).getTime();
  if (liveMs >= FRESH_MS)
    return { kind: "leave", because: `deploy ${live.id} has been live for ${Math.round(liveMs / 60_000)} minutes` };
  if (reports.some((one) => one.deployId === live.id))
    return { kind: "leave", because: `deploy ${live.id} is reported already` };
  return judgeRemedy(now, live, deploys, reports);
}

function judgeRemedy(now: Date, live: HostDeploy, deploys: readonly HostDeploy[], reports: readonly Report[]): Verdict {
  const call = (because: string): Verdict => ({ kind: "call", deploy: live, because });
  if (live.trigger === "rollback") return call("what is live is a rollback itself");
  const recent = (at: Date): boolean => now.getTime() - at.getTime() < CALM_MS;
  const rolledBack =
    deploys.some((one) => one.trigger === "rollback" && recent(one.createdAt)) ||
    reports.some((one) => one.rolledBack && recent(one.at));
  if (rolledBack) return call("there was a rollback within 24 hours");
  const to = deploys
    .slice(deploys.indexOf(live) + 1)
    // the same commit again would break the same way; an image has none to compare
    .find((one) => one.status === "replaced" && (one.commit === "" || one.commit !== live.commit));
  return to === undefined ? call("no other commit was live before it") : { kind: "roll-back", from: live, to };
}
