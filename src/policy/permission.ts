/**
 * Who may have Orion do what. A pure verdict over roles that were asked of
 * GitHub a moment ago; it asks nobody itself.
 */
import type { Role } from "../domain/ports/github-port.ts";
import { type Verb, verbFacts } from "./verbs.ts";

export interface PermissionFacts {
  readonly verb: Verb;
  /** of the person who gave the command, set the label, or opened the issue */
  readonly actor: Role;
  /** of the person whose words are acted upon */
  readonly textAuthor: Role;
}

export type PermissionVerdict =
  | { readonly kind: "allow" }
  /** the words are somebody's who may not, and the actor takes them on: no work before the plan is approved */
  | { readonly kind: "adopt" }
  /** the actor may not */
  | { readonly kind: "refuse-actor"; readonly because: string }
  /** the actor may, but the words are somebody's who may not */
  | { readonly kind: "refuse-text"; readonly because: string };

const ORDER: readonly Role[] = ["none", "read", "triage", "write", "maintain", "admin"];

/** @source T1: the author of the text used is checked, not only the commenter */
export function judgePermission(facts: PermissionFacts): PermissionVerdict {
  const { needs } = verbFacts(facts.verb);
  if (!reachesRole(facts.actor, needs)) {
    const because = `\`/orion ${facts.verb}\` needs the role ${needs} or higher in this repository; yours is ${facts.actor}.`;
    return { kind: "refuse-actor", because };
  }
  if (!reachesRole(facts.textAuthor, "write")) {
    if (facts.verb === "plan") return { kind: "adopt" };
    const because =
      "I act only on words of people who may write here, and these are somebody else's. Say it in your own: `/orion go <what to do>`; or take them on: `/orion plan` shows you what I would do, and waits for `/orion approve`.";
    return { kind: "refuse-text", because };
  }
  return { kind: "allow" };
}

/** @returns true when the role is the needed one or a higher one */
export function reachesRole(role: Role, needed: Role): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(needed);
}
