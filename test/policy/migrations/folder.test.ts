import { beforeAll, describe, expect, it } from "vitest";
import { judgeFiles, toJudge } from "../../../src/policy/migrations/files/base-rules.ts";
import { judgeFolder } from "../../../src/policy/migrations/files/folder.ts";
import { layoutOf } from "../../../src/policy/migrations/files/layout.ts";
import { exitCodeOf, report } from "../../../src/policy/migrations/files/report.ts";
import { openJudge } from "../../../src/policy/migrations/judge.ts";

const folder = (files: Readonly<Record<string, string>>) => judgeFolder(new Map(Object.entries(files)));
const verdicts = (files: Readonly<Record<string, string>>) =>
  folder(files).files.map(({ file, verdict }) => [file, verdict.verdict]);

describe("a folder of migrations", () => {
  beforeAll(openJudge);

  it("is read in the order its tool applies it: numbers as numbers, repeatable files last", () => {
    expect(layoutOf(["10_b.sql", "9_a.sql"]).migrations).toEqual(["9_a.sql", "10_b.sql"]);
    expect(layoutOf(["R__v.sql", "V1.10__c.sql", "V1__a.sql", "V1.2__b.sql"]).migrations).toEqual([
      "V1__a.sql",
      "V1.2__b.sql",
      "V1.10__c.sql",
      "R__v.sql",
    ]);
  });

  it("leaves out the way back, with a note, but only where a way forward stands beside it", () => {
    expect(layoutOf(["1.up.sql", "1.down.sql"])).toMatchObject({
      migrations: ["1.up.sql"],
      notes: [expect.stringContaining("1.down.sql")],
    });
    expect(layoutOf(["a/up.sql", "a/down.sql"]).migrations).toEqual(["a/up.sql"]);
    expect(layoutOf(["1_a.sql", "2_b.down.sql"]).migrations).toEqual(["1_a.sql", "2_b.down.sql"]);
  });

  it("is judged file by file on top of the earlier ones", () => {
    expect(
      verdicts({
        "1/migration.sql": "CREATE TABLE a (i int);",
        "2/migration.sql": "ALTER TABLE a ADD COLUMN j int; CREATE UNIQUE INDEX u ON a (j);",
        "3/migration.sql": "CREATE UNIQUE INDEX v ON a (i);",
        "4/migration.sql": "DROP TABLE a;",
      }),
    ).toEqual([
      ["1/migration.sql", "additive"],
      ["2/migration.sql", "additive"],
      ["3/migration.sql", "needs-human"],
      ["4/migration.sql", "destructive"],
    ]);
  });

  it.each([
    ["-- +goose Up", "-- +goose Down"],
    ["-- migrate:up", "-- migrate:down"],
    ["-- +migrate Up", "-- +migrate Down"],
    ["-- Up Migration", "-- Down Migration"],
  ])("is judged by the part after %s alone, with lines as in the file", (up, down) => {
    const file = `${up}\nCREATE TABLE a (i int);\n${down}\nDROP TABLE a;\n`;
    expect(verdicts({ "1.sql": file })).toEqual([["1.sql", "additive"]]);
    const late = folder({ "1.sql": file, "2.sql": `${up}\n\nDROP TABLE a;\n${down}\n` }).files[1];
    expect(late?.verdict.findings).toMatchObject([{ rule: "drop-object", line: 3, column: 1 }]);
  });

  it("does not believe such marks where its other files, or Prisma, carry none", () => {
    const trick = "-- +goose Up\n-- +goose Down\nDROP TABLE a;";
    expect(verdicts({ "1.sql": "CREATE TABLE a (i int);", "2.sql": trick })[1]).toEqual(["2.sql", "destructive"]);
    expect(verdicts({ "1/migration.sql": trick })).toEqual([["1/migration.sql", "destructive"]]);
  });

  it("keeps what was applied as it was, and puts what is new last", () => {
    const base = new Map([
      ["1/migration.sql", "a"],
      ["2/migration.sql", "b"],
      ["migration_lock.toml", "c"],
    ]);
    const head = new Map([
      ["1/migration.sql", "changed"],
      ["3/migration.sql", "d"],
      ["1b/migration.sql", "e"],
      ["migration_lock.toml", "f"],
    ]);
    const rules = judgeFiles(base, head).map(({ file, finding }) => [file, finding.rule, finding.severity]);
    expect(rules).toEqual([
      ["2/migration.sql", "applied-file-removed", "destructive"],
      ["1/migration.sql", "applied-file-changed", "destructive"],
      ["migration_lock.toml", "provider-changed", "destructive"],
      ["1b/migration.sql", "out-of-order", "destructive"],
    ]);
    expect(judgeFiles(base, new Map([...base, ["3/migration.sql", "d"]]))).toEqual([]);
    expect(toJudge(base, new Map([...base, ["3/migration.sql", "d"]]))).toEqual(["3/migration.sql"]);
  });

  it("answers with the gravest verdict's exit code, and in JSON with just the promised fields", () => {
    const { files } = folder({ "1.sql": "CREATE TABLE a (i int);", "2.sql": "CREATE EXTENSION citext;" });
    expect(exitCodeOf(files)).toBe(2);
    expect(exitCodeOf(files.slice(0, 1))).toBe(0);
    expect(exitCodeOf(folder({ "1.sql": "DROP TABLE a;" }).files)).toBe(1);
    expect(exitCodeOf(folder({ "1.sql": "DROP TABLE a;", "2.sql": "NO SQL" }).files)).toBe(3);
    const [, second] = JSON.parse(report(files, "json", "")) as readonly { findings: readonly object[] }[];
    expect(second).toMatchObject({ file: "2.sql", verdict: "needs-human" });
    expect(Object.keys(second?.findings[0] ?? {})).toEqual(["rule", "line", "column", "because", "remedy"]);
  });

  it("places its findings in SARIF where code scanning looks for them", () => {
    const log = JSON.parse(report(folder({ "1.sql": "\n  DROP TABLE a;" }).files, "sarif", "db/")) as unknown;
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          results: [
            {
              ruleId: "drop-object",
              level: "error",
              locations: [
                {
                  physicalLocation: { artifactLocation: { uri: "db/1.sql" }, region: { startLine: 2, startColumn: 3 } },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});
