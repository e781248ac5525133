/** The base's own tests on the new schema, in real sandboxes: what runs, what is sent again, and what is said when neither can be. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxHome } from "../../../src/domain/ports/sandbox-port.ts";
import { judgeMigrations } from "../../../src/runs/migrations/judge-migrations.ts";
import { readChange } from "../../../src/runs/migrations/read-change.ts";
import { askRelease } from "../../../src/runs/migrations/release-suite.ts";
import { engineHere, homeHere } from "../../sandbox/docker-here.ts";
import { type Files, memoryGit } from "./support/memory-git.ts";
import { NEXT, PROJECT } from "./support/speaking-project.ts";

let home: SandboxHome;
let count = 0;

/** @param sql of the change; `with` is laid over the base */
async function ask(sql: string, laid: Files = {}) {
  count += 1;
  const base = { ...PROJECT, ...laid };
  const git = memoryGit({ base, head: { ...base, [NEXT]: sql } });
  const facts = { repositoryId: 1, base: "base", tip: "base", head: "head" };
  const named = { name: `release-${process.pid}-${count}`, runId: "release" };
  return askRelease({ git, home }, { ...facts, ...named }, await readChange(git, facts));
}

if (await engineHere()) {
  beforeAll(async () => {
    home = await homeHere();
  }, 300_000);
  afterAll(() => home.stop());

  describe("a base whose tests speak to the database they are offered", () => {
    it("answers on a schema that only grew, and what they sent is answered alike", async () => {
      const outcome = await ask('ALTER TABLE pets ADD COLUMN nick text; CREATE TABLE "Toy" (id serial PRIMARY KEY)');
      expect(outcome).toEqual({
        kind: "answered",
        figures: expect.stringMatching(/^2 tests of the base on PostgreSQL \S+.*, [45] of 5 statements compared$/),
      });
    }, 120_000);

    it("is worse off where they fail on the new schema, and each is named", async () => {
      const outcome = await ask("ALTER TABLE pets ADD COLUMN owner text NOT NULL");
      expect(outcome).toMatchObject({ kind: "worse" });
      expect(JSON.stringify(outcome)).toContain(
        "passed on the base and is now failed: test/pets.test.js › a pet is kept and found",
      );
      expect(JSON.stringify(outcome)).toContain("error 23502: INSERT INTO pets (name, kind) VALUES ($1, $2)");
    }, 120_000);

    it("is worse off where only an answer differs, though no test looks at it", async () => {
      const outcome = await ask("ALTER TABLE pets ALTER COLUMN kind TYPE char(5)", {
        "test/pets.test.js":
          'import test from "node:test"; import { ask } from "../db.js"; test("sends", async () => { await ask("INSERT INTO pets (name, kind) VALUES (\'a\', \'dog\')"); await ask("SELECT kind FROM pets"); });',
      });
      expect(outcome).toEqual({
        kind: "worse",
        figures: expect.stringMatching(/2 of 2 statements compared/),
        problems: ["a statement of the base's tests: SELECT kind FROM pets"],
      });
    }, 120_000);
  });

  describe("where nothing can be shown, the reason is said:", () => {
    const SILENT = 'import test from "node:test"; test("adds", () => {});';
    it.each<[string, Files, string]>([
      [
        "tests that ask no database",
        { "test/pets.test.js": SILENT },
        "sent nothing to the database that was offered as DATABASE_URL",
      ],
      [
        "tests that read another variable",
        { ".github/orion.yml": "database: { variables: [PETS_URL] }\n" },
        "none of the base's tests passes on the old schema|sent nothing .* offered as PETS_URL",
      ],
      [
        "no tests at all",
        { "package.json": '{ "scripts": { "test": "jest" } }' },
        "nothing says how the base is tested",
      ],
      ["tests that build their own schema", { "test/pets.test.js": OWN_SCHEMA }, "took the new one away"],
    ])(
      "%s",
      async (_, laid, words) => {
        const outcome = await ask("ALTER TABLE pets ADD COLUMN nick text", laid);
        expect(outcome).toEqual({ kind: "not-verified", because: expect.stringMatching(new RegExp(words)) });
      },
      120_000,
    );

    it("a migration that destroys is not tried at all", async () => {
      const git = memoryGit({ base: PROJECT, head: { ...PROJECT, [NEXT]: "DROP TABLE pets" } });
      const facts = { repositoryId: 1, base: "base", tip: "base", head: "head", name: "never", runId: "never" };
      expect(await judgeMigrations({ git, home }, facts)).toMatchObject({
        verdict: "destructive",
        proof: { kind: "not-proven" },
      });
    });
  });

  it("lets tests that migrate an empty database themselves meet the change as well", async () => {
    const laid = { ".github/orion.yml": "database: { start: empty }\n", "test/pets.test.js": MIGRATES };
    const grown = await ask("ALTER TABLE pets ADD COLUMN nick text", laid);
    expect(grown).toMatchObject({ kind: "answered", figures: expect.stringContaining("1 tests of the base") });
    expect(await ask("ALTER TABLE pets ADD COLUMN owner text NOT NULL", laid)).toMatchObject({ kind: "worse" });
  }, 180_000);
}

const OWN_SCHEMA = `import test from "node:test"; import { ask } from "../db.js";
test("builds", async () => { await ask("DROP TABLE pets"); await ask("CREATE TABLE pets (id serial PRIMARY KEY, name text)"); });`;
const MIGRATES = `import test from "node:test"; import { ask } from "../db.js"; import { readdirSync, readFileSync } from "node:fs";
test("migrates", async () => {
  for (const name of readdirSync("prisma/migrations").sort()) {
    if (!name.endsWith(".toml")) await ask(readFileSync("prisma/migrations/" + name + "/migration.sql", "utf8"));
  }
  await ask("INSERT INTO pets (name, kind) VALUES ($1, $2)", ["Rex", "dog"]);
});`;
