import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { judgeMigration, openJudge } from "../../../src/policy/migrations/judge.ts";
import type { Context } from "../../../src/policy/migrations/schema/scene.ts";
import { contextOfCorpus, readCorpus } from "./corpus.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/).map((text) => `"x_${text}"`);
const type = fc.constantFrom(
  "text",
  "int",
  "bigint",
  "boolean",
  "uuid",
  "jsonb",
  "timestamptz",
  "varchar(40)",
  "numeric(8,2)",
  "text[]",
);
const filled = fc.constantFrom(
  "text NOT NULL DEFAULT ''",
  "int NOT NULL DEFAULT 0",
  "jsonb NOT NULL DEFAULT '{}'",
  "timestamptz NOT NULL DEFAULT now()",
  "boolean NOT NULL DEFAULT false",
);
const old = fc.constantFrom("users", "posts", "billing.invoices", "public.users");

/** Statements that only add, each alone and in any company. */
const allowed = fc.oneof(
  fc
    .tuple(name, type, filled)
    .map(([table, one, two]) => `CREATE TABLE ${table} (id serial PRIMARY KEY, a ${one}, b ${two})`),
  fc
    .tuple(name, name)
    .map(([table, column]) => `CREATE TABLE ${table} (${column} int REFERENCES users (id) ON DELETE CASCADE)`),
  fc.tuple(old, name, type).map(([table, column, of]) => `ALTER TABLE ${table} ADD COLUMN ${column} ${of}`),
  fc.tuple(old, name, filled).map(([table, column, of]) => `ALTER TABLE ${table} ADD COLUMN ${column} ${of}`),
  fc.tuple(name, old).map(([index, table]) => `CREATE INDEX ${index} ON ${table} (id)`),
  name.map((made) => `CREATE TYPE ${made} AS ENUM ('a', 'b')`),
  name.map((made) => `CREATE VIEW ${made} AS SELECT count(*) FROM users`),
  name.map((made) => `CREATE SEQUENCE ${made}`),
  fc.constant("COMMENT ON TABLE users IS 'people; not DROP TABLE'"),
  fc.constant("SET LOCAL lock_timeout = '1s'"),
);
const space = fc.constantFrom(" ", "\n", "\n-- a note; é\n", "/* x /* y */ */");

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
