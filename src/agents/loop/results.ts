/**
 * How the result of a call begins, so that its meaning can be read back from
 * the stored text. Only the loop writes results of `finish` and `ask`.
 */
export const ACCEPTED = "accepted";
export const ASKED = "asked; the answer follows as a message";
const REFUSED = "refused: ";
const MALFORMED = "malformed: ";
const NOT_RUN = "not run: ";

export function refused(because: string): string {
  return REFUSED + because;
}

export function malformed(because: string): string {
  return MALFORMED + because;
}

export function notRun(after: string): string {
  return `${NOT_RUN}${after} must be the last call of a turn`;
}

/** @returns the reason of a refused finish, or null for any other result of it */
export function refusalIn(result: string): string | null {
  return result.startsWith(REFUSED) ? result.slice(REFUSED.length) : null;
}

export function isMalformed(result: string): boolean {
  return result.startsWith(MALFORMED) || result.startsWith(NOT_RUN);
}

export function isFailure(result: string): boolean {
  return isMalformed(result) || /^(error: |refused: |timed out |killed|exit [1-9])/.test(result);
}
