/** How the repository's CI stands on a commit, from what each check says. Pure. */
import type { CiCheck } from "../../domain/ports/ci-port.ts";

export type CiStanding =
  /** nobody but Orion says anything */
  | { readonly kind: "none" }
  /** something is to come that may change the answer */
  | { readonly kind: "running" }
  | { readonly kind: "passed"; readonly checks: number }
  | { readonly kind: "failed"; readonly failed: readonly CiCheck[] };

/**
 * Waits for check runs that run, so that several suites are one answer; what
 * waits for a person, or a status that stays pending, does not hold a failure back.
 */
export function judgeCi(checks: readonly CiCheck[]): CiStanding {
  const of = (state: CiCheck["state"]): readonly CiCheck[] => checks.filter((check) => check.state === state);
  if (of("running").length > 0) return { kind: "running" };
  const failed = of("failed");
  if (failed.length > 0) return { kind: "failed", failed };
  if (of("waiting").length > 0) return { kind: "running" };
  const passed = of("passed").length;
  return passed === 0 ? { kind: "none" } : { kind: "passed", checks: passed };
}
