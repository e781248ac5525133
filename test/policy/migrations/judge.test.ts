import { beforeAll, describe, expect, it } from "vitest";
import { judgeInOrder, judgeMigration, openJudge } from "../../../src/policy/migrations/judge.ts";
import { NOTHING_KNOWN } from "../../../src/policy/migrations/schema/scene.ts";

const rulesOf = (sql: string) => judgeMigration(sql).findings.map(({ rule }) => rule);

describe("the judge of one migration", () => {
  beforeAll(openJudge);

  it("points at the first word of a statement, counted in characters from one", () => {
    const sql = "-- größe 😀\nCREATE TABLE a (i int);\n/* é😀 */ DROP TABLE b; DELETE FROM c;";
    const places = judgeMigration(sql).findings.map(({ line, column, statement }) => [line, column, statement]);
    expect(places).toEqual([
      [3, 10, "DROP TABLE b"],
      [3, 24, "DELETE FROM c"],
    ]);
  });

  it("points at the character where a file stops being SQL", () => {
    const [finding] = judgeMigration("SELECT 'é😀';\n/*é*/ ALTER TABEL é;").findings;
    expect([finding?.rule, finding?.line, finding?.column]).toEqual(["unreadable", 2, 13]);
  });

  it("calls unreadable what hides behind a NUL, or is nested past any use", () => {
    expect(rulesOf("SELECT 1;\0 DROP TABLE x")).toEqual(["unreadable"]);
    expect(rulesOf(`SELECT ${"(".repeat(20_000)}1`)).toEqual(["unreadable"]);
    expect(rulesOf(`SELECT ${"1+".repeat(20_000)}1`)).toEqual(["unreadable"]);
    expect(rulesOf("CREATE TABLE still (works int)")).toEqual([]);
  });

  it("notes, and lets pass, a RESTRICT from a new table, an enum value and an index that waits", () => {
    const { verdict, notes } = judgeMigration(
      "CREATE TABLE a (u int REFERENCES users (id)); ALTER TYPE r ADD VALUE 'x'; CREATE INDEX i ON users (a);",
    );
    expect(verdict).toBe("additive");
    expect(notes.map(({ rule }) => rule)).toEqual([
      "restrict-towards-existing",
      "enum-value-added",
      "index-locks-writes",
    ]);
  });

  it("knows in the second file what the first one made", () => {
    const { after } = judgeInOrder("CREATE TABLE a (n varchar(10) NOT NULL, m varchar(10));", NOTHING_KNOWN);
    const judge = (sql: string) =>
      judgeInOrder(sql, { ...after, complete: true }).verdict.findings.map(({ rule }) => rule);
    expect(judge("ALTER TABLE a ALTER n TYPE varchar(5)")).toEqual(["type-changed"]);
    expect(judge("ALTER TABLE a ALTER n TYPE varchar(50)")).toEqual(["type-widened"]);
    expect(judge("ALTER TABLE a ALTER n SET NOT NULL")).toEqual([]);
    expect(judge("ALTER TABLE a ALTER m SET NOT NULL")).toEqual(["not-null-on-existing"]);
    expect(judge("CREATE UNIQUE INDEX u ON a (n)")).toEqual(["unique-on-existing"]);
  });

  it("lets a file open its own transaction only around the whole of it, and only where its tool does so", () => {
    const allowed = { ...NOTHING_KNOWN, ownTransaction: "allowed" as const };
    expect(judgeMigration("BEGIN; CREATE TABLE a (i int); COMMIT;", allowed).verdict).toBe("additive");
    expect(judgeMigration("BEGIN; CREATE TABLE a (i int); COMMIT;").verdict).toBe("destructive");
    expect(judgeMigration("BEGIN; COMMIT; CREATE TABLE a (i int);", allowed).verdict).toBe("destructive");
    expect(judgeMigration("BEGIN; CREATE TABLE a (i int); ROLLBACK;", allowed).verdict).toBe("destructive");
  });

  it("knows that a domain of an earlier file refuses NULL", () => {
    const { after } = judgeInOrder("CREATE DOMAIN slug AS text NOT NULL;", NOTHING_KNOWN);
    expect(judgeMigration("ALTER TABLE a ADD COLUMN s slug", after).verdict).toBe("destructive");
    expect(judgeMigration("ALTER TABLE a ADD COLUMN s slug DEFAULT 'x'", after).verdict).toBe("needs-human");
  });

  it("gives a Prisma user the expand and contract steps for an enum that loses a value", () => {
    const { findings } = judgeMigration(
      `CREATE TYPE "R_new" AS ENUM ('A'); ALTER TABLE "U" ALTER COLUMN "r" TYPE "R_new" USING ("r"::text::"R_new");`,
    );
    expect(findings.map(({ rule }) => rule)).toEqual(["enum-swapped"]);
    expect(findings[0]?.remedy).toContain("ADD VALUE");
  });
});
