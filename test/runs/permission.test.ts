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

function contextOf(
  kind: RunKind,
  roles: Readonly<Record<string, Role>>,
  textBy: Person | null,
  adopted = false,
): RunContext {
  const role = async (_: unknown, login: string) => roles[login] ?? "none";
  // only what permission asks for
  const run = { kind, requestedBy: ada, textBy, points: [] };
  return { deps: { github: { role } }, repository: { id: 1 }, run, task: { adopted } } as never;
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

  it("asks for each whose remark is taken up, too", async () => {
    const context = contextOf("fix", { ada: "write", bob: "read" }, null);
    const points = [{ id: 1, words: "in blue", thread: null, by: bob }];
    const refused = await refusedNow({ ...context, run: { ...context.run, points } });
    expect(refused?.because).toContain("the words are those of bob");
  });

  it("goes on with an outsider's adopted issue, whose plan somebody must approve, and with none of their other words", async () => {
    const roles = { ada: "write", bob: "read" } as const;
    expect(await refusedNow(contextOf("first", roles, bob, true))).toBeNull();
    expect(await refusedNow(contextOf("fix", roles, bob, true))).toMatchObject({ code: "NOT_PERMITTED" });
  });
});
