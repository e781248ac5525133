import { describe, expect, it } from "vitest";
import type { Role } from "../../src/domain/ports/github-port.ts";
import { judgePermission } from "../../src/policy/permission.ts";
import { nearestVerb, parseVerb, VERBS, verbFacts } from "../../src/policy/verbs.ts";

const ROLES: readonly Role[] = ["none", "read", "triage", "write", "maintain", "admin"];
const rank = (role: Role) => ROLES.indexOf(role);

describe("permission", () => {
  for (const verb of VERBS) {
    for (const actor of ROLES) {
      const allowed = rank(actor) >= rank(verbFacts(verb).needs);
      it(`${allowed ? "lets" : "keeps"} ${actor} ${allowed ? "" : "from "}\`${verb}\``, () => {
        const verdict = judgePermission({ verb, actor, textAuthor: actor });
        expect(verdict.kind).toBe(allowed ? "allow" : "refuse-actor");
      });
    }
  }

  it.each(ROLES)("acts for an admin on words of someone with the role %s only from write upwards", (textAuthor) => {
    const verdict = judgePermission({ verb: "go", actor: "admin", textAuthor });
    expect(verdict.kind).toBe(rank(textAuthor) >= rank("write") ? "allow" : "refuse-text");
  });

  it("asks at least write for every verb, maintain or more for what is hard to undo", () => {
    expect(VERBS.filter((verb) => rank(verbFacts(verb).needs) < rank("write"))).toEqual([]);
    expect(VERBS.filter((verb) => rank(verbFacts(verb).needs) > rank("write")).sort()).toEqual(
      ["approve-migration", "budget", "pause", "resume", "revert"].sort(),
    );
  });
});

describe("verbs", () => {
  it.each([
    ["stat", "status"],
    ["fx", "fix"],
    ["retyr", "retry"],
    ["hlep", "help"],
    ["og", "go"],
    ["aprove", "approve"],
  ])("knows that %s was meant to be %s", (word, verb) => {
    expect(parseVerb(word)).toBeNull();
    expect(nearestVerb(word)).toBe(verb);
  });

  it("reads a verb however it is capitalised", () => {
    expect(parseVerb("Fix")).toBe("fix");
  });
});
