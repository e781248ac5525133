import { beforeAll, describe, expect, it } from "vitest";
import { judgeMigration, openJudge } from "../../../src/policy/migrations/judge.ts";
import type { Context } from "../../../src/policy/migrations/schema/scene.ts";
import { contextOfCorpus, LABELS, misjudged, readCorpus } from "./corpus.ts";

const LEAST = { destructive: 230, evasions: 130, "needs-human": 80, additive: 190 } as const;

describe("the corpora of migrations", () => {
  let context: Context;
  beforeAll(async () => {
    await openJudge();
    context = contextOfCorpus();
  });

  it.each(LABELS)("are judged as labelled: %s", (label) => {
    expect(misjudged(label, context)).toEqual([]);
    expect(readCorpus(label).length).toBeGreaterThanOrEqual(LEAST[label]);
  });

  it("never let a destructive case or an evasion pass where nothing is known of the schema", () => {
    const passed = [...readCorpus("destructive"), ...readCorpus("evasions")].filter(
      ({ sql }) => judgeMigration(sql).verdict === "additive",
    );
    expect(passed).toEqual([]);
  });

  it("get a reason and a remedy for everything that is held back", () => {
    for (const { sql } of [...readCorpus("destructive"), ...readCorpus("needs-human")]) {
      const { findings } = judgeMigration(sql, context);
      expect(findings.length).toBeGreaterThan(0);
      for (const { because, remedy } of findings) expect(Math.min(because.length, remedy.length)).toBeGreaterThan(10);
    }
  });

  it("are judged in under two milliseconds each", () => {
    const cases = LABELS.flatMap(readCorpus);
    const rounds = [1, 2, 3].map(() => {
      const start = performance.now();
      for (const { sql } of cases) judgeMigration(sql, context);
      return (performance.now() - start) / cases.length;
    });
    expect(Math.min(...rounds)).toBeLessThan(2);
  });
});
