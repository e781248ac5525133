/** The check `orion/red-green`, as a proposal puts it and as a second look renews it. Pure. */
import type { Evidence } from "../../domain/evidence.ts";
import type { Check, CheckButton } from "../../domain/ports/github-port.ts";
import type { Run } from "../../domain/task.ts";
import { checkWords } from "../rebase/words.ts";

export const RED_GREEN = "orion/red-green";
const SUFFIX = ":red-green";
/** What the port promises GitHub. */
const SUMMARY_CHARS = 60_000;

export const VERIFY_AGAIN: CheckButton = {
  label: "Verify again",
  description: "Runs the tests on base and head again",
  identifier: "verify-again",
};

/** @returns the key by which the check of a run is the same one, however often it is put */
export function redGreenId(run: Pick<Run, "id">): string {
  return `${run.id}${SUFFIX}`;
}

/** @returns the run that put the check; null for another check's key */
export function runOfRedGreen(externalId: string): string | null {
  return externalId.endsWith(SUFFIX) ? externalId.slice(0, -SUFFIX.length) : null;
}

/** @param body the pull request's text, which holds the table */
export function redGreenCheck(run: Pick<Run, "id">, evidence: Evidence, body: string): Check {
  return {
    ...{ name: RED_GREEN, headSha: evidence.headSha, externalId: redGreenId(run), buttons: [VERIFY_AGAIN] },
    status: "completed",
    ...checkWords(evidence),
    summary: body.slice(0, SUMMARY_CHARS),
  };
}

/** @param login of whoever asked */
export function underWay(run: Pick<Run, "id">, headSha: string, login: string): Check {
  return {
    ...{ name: RED_GREEN, headSha, externalId: redGreenId(run), status: "in_progress" },
    title: "verifying again",
    summary: `Asked for by ${login}: the tests run on the base, on the base with the new tests, and on this commit. No model takes part.`,
  };
}
