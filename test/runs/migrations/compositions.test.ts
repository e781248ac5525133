/**
 * Random compositions through judge and proof: what only adds leaves every old
 * row as it was, and what has one forbidden statement in it passes neither way.
 * The seed is printed; put it below to see the same again.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxHome } from "../../../src/domain/ports/sandbox-port.ts";
import { judgeMigration, openJudge } from "../../../src/policy/migrations/judge.ts";
import type { CaseResult } from "../../../src/runs/migrations/inside/prove.ts";
import { breaches, lacksSomething, runInside } from "../../../src/runs/migrations/prove-change.ts";
import { contextOfCorpus, readBefore, readCorpus } from "../../policy/migrations/corpus.ts";
import { allowed, between } from "../../policy/migrations/statements.ts";
import { engineHere, homeHere } from "../../sandbox/docker-here.ts";

const SEED = Date.now() % 2_147_483_647;
const EACH = 24;

interface Composition {
  readonly name: string;
  readonly sql: string;
}

const forbidden = fc.constantFrom(...readCorpus("destructive").map(({ sql }) => sql.trim().replace(/;$/, "")));
const good = fc
  .tuple(fc.uniqueArray(allowed, { minLength: 1, maxLength: 8 }), between)
  .map(([statements, space]) => statements.join(`;${space}`));
const bad = fc
  .tuple(fc.uniqueArray(allowed, { maxLength: 4 }), forbidden, fc.uniqueArray(allowed, { maxLength: 4 }), between)
  .map(([before, one, after, space]) => [...before, one, ...after].join(`;${space}`));

const sampled = (kind: string, of: fc.Arbitrary<string>): readonly Composition[] =>
  fc.sample(of, { seed: SEED, numRuns: EACH }).map((sql, index) => ({ name: `${kind} ${index}`, sql }));

if (await engineHere()) {
  let home: SandboxHome;
  let results: ReadonlyMap<string, CaseResult>;
  const all = [...sampled("adds", good), ...sampled("forbidden", bad)];

  beforeAll(async () => {
    console.log(`compositions of seed ${SEED}`);
    await openJudge();
    home = await homeHere();
    const cases = all.map(({ name, sql }) => ({ name, files: [{ name: "case", sql }] }));
    const input = { base: [{ name: "before", sql: readBefore() }], seeds: [], cases };
    const output = await runInside(home, { name: `compositions-${process.pid}`, runId: "proof" }, input, 240_000);
    if (typeof output === "string" || output.kind !== "proven")
      throw new TypeError(`no proof: ${JSON.stringify(output)}`);
    results = new Map(output.cases.map((one) => [one.name, one]));
  }, 300_000);
  afterAll(() => home.stop());

  const passes = ({ name, sql }: Composition): boolean => {
    const result = results.get(name);
    if (result === undefined) throw new TypeError(`${name} was not proven`);
    const { hard, soft } = breaches(result);
    const held = hard.length + soft.length === 0 || lacksSomething(result);
    return held && judgeMigration(sql, contextOfCorpus()).verdict === "additive";
  };

  describe("a random composition", () => {
    it("of statements that only add is additive, and changes no hash of old rows", () => {
      for (const one of all.filter(({ name }) => name.startsWith("adds"))) {
        expect(judgeMigration(one.sql, contextOfCorpus()).verdict, one.sql).toBe("additive");
        expect(results.get(one.name)?.rowsChanged, one.sql).toEqual([]);
        expect(results.get(one.name)?.traffic?.rowsChanged ?? [], one.sql).toEqual([]);
      }
      // some names meet by chance; most of them are applied, or nothing was shown
      const applied = [...results.values()].filter(({ name, failure }) => name.startsWith("adds") && failure === null);
      expect(applied.length).toBeGreaterThan(EACH / 2);
    });

    it("with one forbidden statement in it never passes", () => {
      const mixed = all.filter(({ name }) => name.startsWith("forbidden"));
      expect(mixed).toHaveLength(EACH);
      expect(mixed.filter(passes)).toEqual([]);
    });
  });
}
