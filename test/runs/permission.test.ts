import { describe, expect, it } from "vitest";
import type { Role } from "../../src/domain/ports/github-port.ts";
import type { Person, RunKind } from "../../src/domain/task.ts";
import { refusedNow } from "../../src/runs/permission.ts";
import type { RunContext } from "../../src/runs/run-context.ts";

const ada: Person = { id: 11, login: "ada" };
const bob: Person = { id: 12, login: "bob" };
const ROLES: readonly Role[] = ["none", "read", "triage", "write", "maintain", "admin"];
const KINDS: readonly RunKind[] = ["first", "fix", "ask"];
const mayWrite = (role: Role) => ["write", "maintain", "admin"].includes(role);

function contextOf(kind: RunKind, roles: Readonly<Record<string, Role>>, textBy: Person | null): RunContext {
  const role = async (_: unknown, login: string) => roles[login] ?? "none";
  // only what permission asks for
  return { deps: { github: { role } }, repository: { id: 1 }, run: { kind, requestedBy: ada, textBy } } as never;
}

describe("when work begins", () => {
  for (const kind of KINDS) {
    for (const role of ROLES) {
      it(`${mayWrite(role) ? "lets" : "keeps"} a ${kind} of somebody who is now ${role}`, async () => {
        const refused = await refusedNow(contextOf(kind, { ada: role }, null));
        expect(refused?.code ?? null).toBe(mayWrite(role) ? null : "NOT_PERMITTED");
      });

      it(`${mayWrite(role) ? "lets" : "keeps"} a ${kind} on the words of somebody who is now ${role}`, async () => {
        const refused = await refusedNow(contextOf(kind, { ada: "admin", bob: role }, bob));
        expect(refused?.because ?? null).toEqual(
          mayWrite(role) ? null : expect.stringContaining("the words are those of bob"),
        );
      });
    }
  }
});
