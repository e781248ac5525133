/** The doctor's rounds over one memory: who goes, what is kept, and what a stop leaves. */
import { afterEach, expect, it } from "vitest";
import { OrionError } from "../../src/domain/errors.ts";
import type { Finding } from "../../src/policy/doctor/findings.ts";
import { doctorRounds, type Rounds } from "../../src/wiring/doctor/rounds.ts";
import { until } from "../flow/support/until.ts";

const ILL: Finding = { what: "Docker engine", well: false, says: "hunter2 does not answer", remedy: "start hunter2" };
const opened: Rounds[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.stop();
});

function memory() {
  const kept = new Map<string, unknown>();
  const lines: string[] = [];
  let clock = 1_000_000_000;
  const store = {
    setting: async (key: string) => kept.get(key) ?? null,
    saveSetting: async (key: string, value: unknown) => void kept.set(key, value),
    amendSetting: async <T>(
      key: string,
      amend: (value: unknown) => { readonly value: unknown; readonly result: T },
    ) => {
      const { value, result } = amend(kept.get(key) ?? null);
      kept.set(key, value);
      return result;
    },
  };
  const open = (look: () => Promise<readonly Finding[]>): Rounds => {
    const redact = (text: string) => text.replaceAll("hunter2", "[redacted]");
    const one = doctorRounds({ store, look, redact, onLine: (line) => lines.push(line), now: () => clock });
    opened.push(one);
    return one;
  };
  const pass = (ms: number) => {
    clock += ms;
  };
  return { kept, lines, open, pass };
}

const findings = (kept: Map<string, unknown>) =>
  until(
    async () => kept.get("doctor.findings") ?? null,
    () => "a round",
  );

it("are gone by one process, however many are asked, and kept without secrets", async () => {
  const { kept, lines, open } = memory();
  let looks = 0;
  const look = async () => {
    looks += 1;
    return [ILL];
  };
  const all = [open(look), open(look), open(look)];
  await Promise.all(all.map((one) => one.wanted()));
  expect(JSON.stringify(await findings(kept))).not.toContain("hunter2");
  expect(looks).toBe(1);
  expect(lines).toEqual(["doctor: Docker engine: [redacted] does not answer (start [redacted])"]);
});

it("that fail are told, and gone again by another later", async () => {
  const { kept, lines, open, pass } = memory();
  await open(async () => {
    throw new OrionError("STORE_UNREACHABLE", "away");
  }).wanted();
  await until(
    async () => (lines.length > 0 ? true : null),
    () => "a line",
  );
  expect(lines).toEqual(["doctor: STORE_UNREACHABLE: away"]);
  pass(10 * 60_000);
  await open(async () => [ILL]).wanted();
  expect(await findings(kept)).toMatchObject({ findings: [{ what: "Docker engine" }] });
});

it("that are under way when their process stops leave nothing half told", async () => {
  const { kept, lines, open } = memory();
  const under = Promise.withResolvers<readonly Finding[]>();
  const begun = Promise.withResolvers<void>();
  const one = open(() => {
    begun.resolve();
    return under.promise;
  });
  await one.wanted();
  await begun.promise;
  one.stop();
  under.resolve([ILL]);
  await under.promise;
  await one.wanted();
  expect(kept.has("doctor.findings")).toBe(false);
  expect(lines).toEqual([]);
});
