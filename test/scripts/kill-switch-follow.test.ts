import { describe, expect, it } from "vitest";
import { followDeploy } from "../../scripts/kill-switch/follow.ts";
import type { HostDeploy, HostStatus } from "../../src/domain/ports/deploy-port.ts";

const told = (...lines: readonly string[]): readonly HostDeploy[] =>
  lines.map((line) => {
    const [commit = "", status = "", trigger = "new_commit"] = line.split(" ");
    const at = { createdAt: new Date(), finishedAt: null };
    return { id: line, commit, status: status as HostStatus, hostStatus: status, trigger, ...at };
  });

/** @param looks what the host tells, look by look; the last one stays */
async function follow(...looks: readonly (readonly HostDeploy[] | Error)[]) {
  const lines: string[] = [];
  let look = -1;
  const deploys = async (): Promise<readonly HostDeploy[]> => {
    look = Math.min(look + 1, looks.length - 1);
    const now = looks[look] ?? [];
    if (now instanceof Error) throw now;
    return now;
  };
  const patience = { everyMs: 1, deadlineMs: 5_000, onLine: (line: string) => lines.push(line) };
  return { ended: await followDeploy({ deploys }, "r", patience), lines };
}

describe("following what the kill switch pushed", () => {
  it("bears that the host does not answer for a while", async () => {
    const away = new Error("the deploy host did not answer");
    const { ended, lines } = await follow([], away, away, told("r building"), told("r live"));
    expect(ended).toBe(true);
    expect(lines).toContain("deploy: the deploy host did not answer");
  });

  it("goes on with the newer push that took its place", async () => {
    const { ended } = await follow(told("n building", "r canceled"), told("n live", "r canceled"));
    expect(ended).toBe(true);
  });

  it.each([
    ["failed", told("r failed")],
    ["was canceled", told("a live rollback", "r canceled")],
    ["was canceled for one that failed", told("n failed", "r canceled")],
  ])("says when it %s", async (_, deploys) => {
    expect((await follow(deploys)).ended).toBe(false);
  });
});
