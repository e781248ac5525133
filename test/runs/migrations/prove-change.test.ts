/** The proof by execution, in a real sandbox; one home and one image for all of it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxHome } from "../../../src/domain/ports/sandbox-port.ts";
import type { CaseResult } from "../../../src/runs/migrations/inside/prove.ts";
import { breaches, lacksSomething, proveChange, runInside } from "../../../src/runs/migrations/prove-change.ts";
import { type Case, readBefore, readCorpus } from "../../policy/migrations/corpus.ts";
import { engineHere, homeHere } from "../../sandbox/docker-here.ts";

const BEFORE = [
  {
    name: "0001",
    sql: `CREATE TYPE mood AS ENUM ('happy', 'sad');
      CREATE TABLE people (id serial PRIMARY KEY, name varchar(20) NOT NULL, mood mood NOT NULL DEFAULT 'sad', at timestamptz(3), tags text[] NOT NULL, boss int REFERENCES people (id));
      CREATE TABLE pets (id uuid PRIMARY KEY, owner int NOT NULL REFERENCES people (id) ON DELETE CASCADE, weight numeric(5,2) CHECK (weight > 0), kind text CHECK (kind IN ('cat', 'dog')));`,
  },
];
let home: SandboxHome;
let count = 0;
const prove = (sql: string) => {
  count += 1;
  const added = [{ name: "0002", sql }];
  return proveChange(home, { name: `proof-${process.pid}-${count}`, runId: "proof", before: BEFORE, added, seeds: [] });
};

if (await engineHere()) {
  beforeAll(async () => {
    home = await homeHere({ warm: 1 });
  }, 300_000);
  afterAll(() => home.stop());

  describe("a change that only adds", () => {
    it("holds: rows of every table, and every answer to the previous release, stay as they were", async () => {
      const outcome = await prove(
        "ALTER TABLE people ADD COLUMN nick text; CREATE TABLE toys (id serial PRIMARY KEY, pet uuid REFERENCES pets (id) ON DELETE CASCADE); CREATE INDEX ON pets (owner)",
      );
      expect(outcome).toEqual({ kind: "held", figures: expect.stringMatching(/12 rows in 2 tables, 16 statements/) });
    });
  });

  describe("a change that does not", () => {
    it.each([
      ["rows", "UPDATE pets SET weight = 1", "old rows of public.pets"],
      ["a column", "ALTER TABLE people DROP COLUMN mood", "old rows of public.people"],
      [
        "existing rows",
        "ALTER TABLE people ADD COLUMN nick text NOT NULL",
        "cannot be applied to a database with rows",
      ],
      ["hidden rows", "DO $$ BEGIN EXECUTE 'DELETE ' || 'FROM pets'; END $$", "old rows of public.pets"],
    ])("is caught by its %s", async (_, sql, words) => {
      const outcome = await prove(sql);
      expect(outcome).toMatchObject({ kind: "broken" });
      expect(JSON.stringify(outcome)).toContain(words);
    });

    it("is caught by what it binds, though no row changed", async () => {
      const trigger =
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER t BEFORE INSERT ON pets FOR EACH ROW EXECUTE FUNCTION f()";
      expect(await prove(trigger)).toMatchObject({
        kind: "broken",
        hard: [],
        soft: expect.arrayContaining([expect.stringContaining("new trigger public.pets t")]),
      });
    });
  });

  describe("others meanwhile", () => {
    it("may wait two seconds at most: a lock held longer is told by table", async () => {
      const outcome = await prove("ALTER TABLE pets ADD COLUMN nick text; SELECT pg_catalog.pg_sleep(2.6)");
      expect(outcome).toMatchObject({ kind: "broken", hard: [] });
      expect(JSON.stringify(outcome)).toMatch(/a reader of public\.pets waited 2\.\d s/);
    });

    it("that write wait where only they are kept out", async () => {
      const outcome = await prove("CREATE INDEX ON pets (owner); SELECT pg_catalog.pg_sleep(2.6)");
      expect(JSON.stringify(outcome)).toMatch(/"a writer of public\.pets waited 2\.\d s/);
      expect(JSON.stringify(outcome)).not.toContain("a reader of public.pets");
    });

    it("wait for nothing where tables are new", async () => {
      const outcome = await prove("CREATE TABLE toys (id int); SELECT pg_catalog.pg_sleep(2.6)");
      expect(outcome).toMatchObject({ kind: "held" });
    });
  });

  describe("once the new release writes", () => {
    it("a trap that the change laid springs: old rows are looked at again", async () => {
      const trap = `CREATE TABLE toys (id serial PRIMARY KEY);
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.pets; RETURN NULL; END';
        CREATE TRIGGER t AFTER INSERT ON toys FOR EACH ROW EXECUTE FUNCTION f()`;
      expect(await prove(trap)).toMatchObject({
        kind: "broken",
        hard: ["old rows of public.pets change once the new release writes"],
      });
    });

    it("what the previous release will be refused is told, and breaks nothing", async () => {
      const outcome = await prove(
        "CREATE TABLE toys (id serial PRIMARY KEY, owner int NOT NULL REFERENCES people (id))",
      );
      expect(outcome).toMatchObject({ kind: "held" });
      expect(JSON.stringify(outcome)).toMatch(/previous release is refused: DELETE FROM people/);
    });

    it("columns that may hold an enum value it does not know are named", async () => {
      const outcome = await prove("ALTER TYPE mood ADD VALUE 'proud'");
      expect(outcome).toMatchObject({
        kind: "held",
        figures: expect.stringContaining("cannot read new ones in public.people.mood"),
      });
    });
  });

  describe("applied a second time", () => {
    it.each([
      [
        "a change that is guarded does nothing",
        "ALTER TABLE people ADD COLUMN IF NOT EXISTS nick text",
        "held",
        "does nothing",
      ],
      [
        "a plain one is refused and leaves no trace",
        "ALTER TABLE people ADD COLUMN nick text",
        "held",
        "is refused and leaves everything as it was",
      ],
      ["one without a name adds again", "CREATE INDEX ON pets (owner)", "held", "adds again"],
      [
        "one that commits on its way stops halfway",
        "CREATE INDEX ON pets (owner); COMMIT; ALTER TABLE people ADD COLUMN nick text",
        "broken",
        "stops halfway",
      ],
    ])("%s", async (_, sql, kind, words) => {
      const outcome = await prove(sql);
      expect(outcome).toMatchObject({ kind });
      expect(JSON.stringify(outcome)).toContain(words);
    });
  });

  describe("a hostile one", () => {
    it.each([
      ["runs a program", "COPY people (name) FROM PROGRAM 'touch /workspace/escaped'", "must be superuser"],
      ["takes the administrator's place", "SET SESSION AUTHORIZATION postgres", "permission denied"],
      ["never ends", "SET statement_timeout = 0; DO $$ BEGIN LOOP END LOOP; END $$", "does not end within 5 s"],
      [
        "fills the disk",
        "CREATE TABLE fat AS SELECT repeat(md5(g::text), 90000) FROM generate_series(1, 100000000) g",
        "cannot be applied",
      ],
    ])(
      "that %s is contained and told",
      async (_, sql, words) => {
        const outcome = await prove(sql);
        expect(outcome).toMatchObject({ kind: "broken" });
        expect(JSON.stringify(outcome)).toContain(words);
      },
      120_000,
    );
  });

  it("takes under three seconds for thirty tables", async () => {
    const sql = Array.from(
      { length: 30 },
      (_, n) =>
        `CREATE TABLE t${n} (id serial PRIMARY KEY, a text, b timestamptz, c jsonb${n > 0 ? `, up int REFERENCES t${n - 1} (id)` : ""});`,
    ).join("\n");
    const input = {
      base: [{ name: "0", sql }],
      seeds: [],
      cases: [{ name: "1", files: [{ name: "1", sql: "ALTER TABLE t3 ADD COLUMN d text" }] }],
    };
    const output = await runInside(home, { name: `proof-${process.pid}-thirty`, runId: "proof" }, input);
    expect(output).toMatchObject({ kind: "proven", figures: { tables: 30, rows: 180 } });
    if (typeof output === "string" || output.kind !== "proven") return;
    console.log(`30 tables proven in ${output.ms} ms`);
    expect(breaches(output.cases[0] as CaseResult)).toEqual({ hard: [], soft: [] });
  });

  it("agrees with the corpora: nothing additive is called broken, and what only rows can tell is", async () => {
    // all of them, and the whole table, by npm run migrations:corpus; here every third and every eighth
    const some = readCorpus("destructive").filter((_, index) => index % 8 === 0);
    const adding = readCorpus("additive").filter((_, index) => index % 3 === 0);
    const named = (label: string) => (one: Case) => ({
      name: `${label}: ${one.reason}`,
      files: [{ name: "case", sql: one.sql }],
    });
    const cases = [...adding.map(named("additive")), ...some.map(named("destructive"))];
    const input = { base: [{ name: "before", sql: readBefore() }], seeds: [], cases };
    const output = await runInside(home, { name: `proof-${process.pid}-corpora`, runId: "proof" }, input, 240_000);
    if (typeof output === "string" || output.kind !== "proven")
      throw new TypeError(`no proof: ${JSON.stringify(output)}`);
    const stopped = (label: string) =>
      output.cases
        .filter(({ name }) => name.startsWith(`${label}: `))
        .filter((one) => {
          const { hard, soft } = breaches(one);
          return hard.length + soft.length > 0 && !lacksSomething(one);
        });
    expect(stopped("additive").map(({ name }) => name)).toEqual([]);
    expect(stopped("destructive").length).toBeGreaterThan(some.length / 2);
  }, 300_000);
}
