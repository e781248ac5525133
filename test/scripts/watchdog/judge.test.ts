import { expect, it } from "vitest";
import { type HealthFacts, judgeHealth, type Look, type Report } from "../../../scripts/watchdog/judge.ts";
import type { HostDeploy } from "../../../src/domain/ports/deploy-port.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const BAD: Look = { ok: false, told: "503" };
const GOOD: Look = { ok: true, told: "200" };
const SICK = [BAD, BAD, BAD];

function deploy(
  commit: string,
  status: HostDeploy["status"],
  minutes: number,
  more: Partial<HostDeploy> = {},
): HostDeploy {
  const at = ago(minutes);
  return {
    ...{ id: `dep-${commit}-${minutes}`, commit, status, hostStatus: status, trigger: "new_commit" },
    ...{ createdAt: at, finishedAt: at, ...more },
  };
}

const NEW = deploy("new", "live", 5);
const OLD = deploy("old", "replaced", 3_000);
const OLDER = deploy("older", "replaced", 6_000);
const report = (minutes: number, more: Partial<Report> = {}): Report => ({
  ...{ deployId: "dep-of-another", rolledBack: true, at: ago(minutes), ...more },
});

const CASES: readonly (readonly [string, Partial<HealthFacts>, string])[] = [
  ["goes back to what was live before", {}, `roll-back ${OLD.id}`],
  ["is content when the last look is good", { looks: [BAD, BAD, GOOD] }, "well"],
  ["waits for a third bad look", { looks: [BAD, BAD] }, "wait"],
  ["starts counting again after a good look", { looks: [BAD, BAD, GOOD, BAD, BAD] }, "wait"],
  ["leaves it when the host does not answer", { deploys: null }, "leave"],
  ["leaves it when nothing is live", { deploys: [OLD] }, "leave"],
  ["leaves what has been live for half an hour", { deploys: [deploy("new", "live", 30), OLD] }, "leave"],
  ["still acts a minute before that", { deploys: [deploy("new", "live", 29), OLD] }, `roll-back ${OLD.id}`],
  ["waits for a deploy that is under way", { deploys: [deploy("fix", "building", 1), NEW, OLD] }, "wait"],
  ["does not wait for one that failed", { deploys: [deploy("fix", "failed", 1), NEW, OLD] }, `roll-back ${OLD.id}`],
  ["calls a person when nothing was live before", { deploys: [NEW] }, "call"],
  ["goes past what never was live", { deploys: [NEW, deploy("bad", "failed", 9), OLD] }, `roll-back ${OLD.id}`],
  ["goes past the same commit", { deploys: [NEW, deploy("new", "replaced", 60), OLDER] }, `roll-back ${OLDER.id}`],
  ["does not roll a rollback back", { deploys: [deploy("old", "live", 5, { trigger: "rollback" }), OLD] }, "call"],
  [
    "rolls back once in 24 hours, by the host's list",
    { deploys: [NEW, deploy("old", "replaced", 1_439, { trigger: "rollback" }), OLD] },
    "call",
  ],
  [
    "may again when they are over",
    { deploys: [NEW, deploy("old", "replaced", 1_441, { trigger: "rollback" }), OLDER] },
    "roll-back dep-old-1441",
  ],
  ["rolls back once in 24 hours, by its reports", { reports: [report(1_439)] }, "call"],
  ["does not count a call as a rollback", { reports: [report(60, { rolledBack: false })] }, `roll-back ${OLD.id}`],
  ["says nothing twice of one deploy", { reports: [report(3, { deployId: NEW.id })] }, "leave"],
];

it.each(CASES)("%s", (_, facts, expected) => {
  const verdict = judgeHealth({ now: NOW, looks: SICK, deploys: [NEW, OLD, OLDER], reports: [], ...facts });
  expect(verdict.kind === "roll-back" ? `roll-back ${verdict.to.id}` : verdict.kind).toBe(expected);
});
