import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { judgeMigration, openJudge } from "../../../src/policy/migrations/judge.ts";
import type { Context } from "../../../src/policy/migrations/schema/scene.ts";
import { contextOfCorpus, readCorpus } from "./corpus.ts";
import { allowed, between as space } from "./statements.ts";

describe("any composition of statements", () => {
  let context: Context;
  beforeAll(async () => {
    await openJudge();
    context = contextOfCorpus();
  });

  it("is additive when each of them only adds", () => {
    fc.assert(
      fc.property(fc.array(allowed, { maxLength: 12 }), space, (statements, between) => {
        expect(judgeMigration(statements.join(`;${between}`), context).findings).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("never passes with a single forbidden statement mixed in, wherever it stands and whatever is known", () => {
    const forbidden = fc.constantFrom(...readCorpus("destructive").map(({ sql }) => sql.trim().replace(/;$/, "")));
    const parts = fc.tuple(fc.array(allowed, { maxLength: 6 }), forbidden, fc.array(allowed, { maxLength: 6 }), space);
    fc.assert(
      fc.property(parts, fc.boolean(), ([before, bad, after, between], known) => {
        const sql = [...before, bad, ...after].join(`;${between}`);
        if (known) expect(judgeMigration(sql, context).verdict).toBe("destructive");
        else expect(judgeMigration(sql).verdict).not.toBe("additive");
      }),
      { numRuns: 300 },
    );
  });
});
