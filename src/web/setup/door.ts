/**
 * Who may register the App: whoever holds the set-up token, in the browser in
 * which they typed it, once. It knows nothing of HTTP and nothing of GitHub.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const HOUR_MS = 3_600_000;
/** More than anybody opens by mistake; older ones are forgotten. */
const VISITS_MAX = 20;

export interface Visit {
  /** known to one browser */
  readonly session: string;
  /** goes to GitHub and must come back */
  readonly state: string;
}

export interface Door {
  /** @returns a new visit; null when it is not the token */
  enter(token: string): Visit | null;
  /** True once for each visit, within an hour. Its state is spent, and the door is shut behind it: one App is enough. */
  comeBack(visit: Visit): boolean;
  /** What was begun came to nothing: the token counts again. */
  reopen(): void;
  isShut(): boolean;
}

export function setupDoor(token: string, now: () => number = Date.now): Door {
  const visits = new Map<string, { readonly state: string; readonly until: number }>();
  let shut = false;
  return {
    enter(given) {
      if (shut || !same(given, token)) return null;
      const visit = { session: drawn(), state: drawn() };
      visits.set(visit.session, { state: visit.state, until: now() + HOUR_MS });
      const [oldest] = visits.keys();
      if (visits.size > VISITS_MAX && oldest !== undefined) visits.delete(oldest);
      return visit;
    },
    comeBack({ session, state }) {
      const visit = visits.get(session);
      if (shut || visit === undefined || !same(state, visit.state)) return false;
      visits.delete(session);
      shut = visit.until > now();
      return shut;
    },
    reopen: () => {
      shut = false;
    },
    isShut: () => shut,
  };
}

function drawn(): string {
  return randomBytes(24).toString("base64url");
}

/** Digests have one length, so nothing is learnt from how long it takes. */
function same(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
