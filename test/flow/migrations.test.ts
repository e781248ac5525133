/** Migrations on their way: from Devon, from a person, and up to the deploy. */
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { runMigrations } from "../../src/store/migrate/run-migrations.ts";
import { migrationGate } from "../../src/wiring/migration-gate.ts";
import { emptyDatabase } from "../support/postgres.ts";
import { clone, git, pushCommit } from "./support/clone.ts";
import { ask } from "./support/database.ts";
import { it } from "./support/flow-test.ts";
import { FILES, type Project, type SeenCheck } from "./support/project.ts";
import { CODE_PATH, ISSUE, plans, RIGHT, reviews, STORY, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";

const INIT = 'CREATE TABLE "User" ("id" SERIAL PRIMARY KEY, "name" TEXT, "email" TEXT NOT NULL);\n';
const WITH_MIGRATIONS = {
  ...FILES,
  "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
  "prisma/migrations/20250101000000_init/migration.sql": INIT,
};
const NEW = "prisma/migrations/20250202000000_next/migration.sql";
const DROP = '-- DropColumn\nALTER TABLE "User" DROP COLUMN "name";\n';
const ADD = 'ALTER TABLE "User" ADD COLUMN "nick" TEXT;\n';
const UNIQUE = 'CREATE UNIQUE INDEX "User_email_key" ON "User"("email");\n';

/** A person's pull request that brings one file. */
async function proposes(project: Project, sql: string): Promise<{ folder: string; number: number; sha: string }> {
  const folder = await clone(project.cloneUrl);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await git(folder, ["push", "--quiet", "origin", "HEAD:refs/heads/work"]);
  await mkdir(join(folder, dirname(NEW)), { recursive: true });
  const sha = await pushCommit(folder, "work", { [NEW]: sql }, "a migration");
  const { owner, repo } = project.place;
  const made = await project.maya.call("POST", `/repos/${owner}/${repo}/pulls`, {
    title: "Next",
    head: "work",
    base: "main",
  });
  return { folder, sha, number: (made as { number: number }).number };
}

async function checkOn(project: Project, sha: string, conclusion?: string): Promise<SeenCheck & { id: number }> {
  const look = async () => {
    const found = (await project.checks(sha)).find(({ name }) => name === "orion/migrations");
    return found !== undefined && (conclusion === undefined || found.conclusion === conclusion) ? found : null;
  };
  return (await until(look, () => `orion/migrations ${conclusion ?? ""} on ${sha}`)) as SeenCheck & { id: number };
}

describe("a migration of Devon's that drops", () => {
  it("is sent back with what to do instead, and the second round only adds", async ({ flow }) => {
    const script = [
      plans({ migration: true, later: ["Move readers from name to nick", "Drop name once no release reads it"] }),
      writesTest(),
      writesCode(RIGHT, {
        edit: [
          { path: CODE_PATH, new: RIGHT },
          { path: NEW, new: DROP },
        ],
      }),
      {
        role: "green",
        expect: { contains: "drop" },
        edit: { path: NEW, old: DROP, new: ADD },
        finish: { summary: "Adds instead." },
      } as const,
      reviews(),
    ];
    const { project, ended } = await flow.start({ script, project: { files: WITH_MIGRATIONS } });
    const issue = await project.asks(ISSUE);
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null, round: 2 });
    const [pull] = await project.pulls();
    const migrations = /### Migrations\n([\s\S]*?)\n###/.exec(pull?.body ?? "")?.[1];
    expect(migrations).toContain("**additive**");
    expect(migrations).toContain(NEW);
    expect(pull?.body).toContain("2. Move readers from name to nick\n3. Drop name once no release reads it");
    expect(migrations).toContain("Not proven here: there is no container engine here");
    expect((await checkOn(project, pull?.head.sha ?? "")).conclusion).toBe("success");
  });
});

describe("a person's pull request", () => {
  it("that drops is red on the line, cannot be approved, and is stopped at the deploy even when merged", async ({
    flow,
  }) => {
    const { project, settled } = await flow.start({ script: STORY, project: { files: WITH_MIGRATIONS } });
    const { number, sha, folder } = await proposes(project, DROP);
    const { id, output } = await checkOn(project, sha, "failure");
    expect(output.summary).toContain(NEW);
    const at = `/repos/${project.place.owner}/${project.place.repo}`;
    const annotations = (await project.maya.call("GET", `${at}/check-runs/${id}/annotations`)) as Record<
      string,
      unknown
    >[];
    expect(annotations).toMatchObject([
      { path: NEW, start_line: 2, annotation_level: "failure", title: "drop-column" },
    ]);
    await project.maya.comment(project.place, number, "/orion approve-migration");
    await settled();
    expect((await checkOn(project, sha)).conclusion).toBe("failure");

    const database = await emptyDatabase();
    onTestFinished(database.drop);
    const { connectionString } = database;
    const directory = join(folder, "prisma/migrations");
    const lines: string[] = [];
    const onLine = (line: string): void => void lines.push(line);
    const deploy = (): Promise<readonly string[]> =>
      runMigrations({ connectionString, directory, onLine, gate: migrationGate({ allowed: [], onLine }) });
    await git(folder, ["checkout", "--quiet", "main"]);
    expect(await deploy()).toEqual(["20250101000000_init"]);
    await git(folder, ["merge", "--quiet", "--ff-only", "work"]);
    await expect(deploy()).rejects.toMatchObject({ code: "MIGRATION_DESTRUCTIVE" });
    expect(await ask(connectionString, 'SELECT "name" FROM "User"')).toEqual([]);
  });

  it("that needs a person turns green when a maintainer approves its hash, and red again when the file changes", async ({
    flow,
  }) => {
    const { project, settled } = await flow.start({ script: STORY, project: { files: WITH_MIGRATIONS } });
    const { number, sha, folder } = await proposes(project, UNIQUE);
    await checkOn(project, sha, "action_required");
    await project.maya.comment(project.place, number, "/orion approve-migration");
    await settled();
    expect((await checkOn(project, sha)).conclusion).toBe("action_required");
    expect((await project.comments(number)).at(-1)?.body).toContain("needs the role maintain");

    await project.person("mara").comment(project.place, number, "/orion approve-migration");
    await checkOn(project, sha, "success");
    const changed = await pushCommit(folder, "work", { [NEW]: `${UNIQUE}-- again\n` }, "changed");
    await checkOn(project, changed, "action_required");
  });

  it("that touches no migration has no such check", async ({ flow }) => {
    const { project, settled } = await flow.start({ script: STORY, project: { files: WITH_MIGRATIONS } });
    const folder = await clone(project.cloneUrl);
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await git(folder, ["push", "--quiet", "origin", "HEAD:refs/heads/work"]);
    const sha = await pushCommit(folder, "work", { "README.md": "# other\n" }, "words");
    const { owner, repo } = project.place;
    await project.maya.call("POST", `/repos/${owner}/${repo}/pulls`, { title: "Words", head: "work", base: "main" });
    await settled();
    expect((await project.checks(sha)).map(({ name }) => name)).toEqual(["orion/scope"]);
  });
});

describe("a fix of Devon's", () => {
  it("may mend the migration that its own pull request added", async ({ flow }) => {
    const mended = 'ALTER TABLE "User" ADD COLUMN "nick" TEXT DEFAULT \'\';\n';
    const script = [
      plans({ migration: true }),
      writesTest(),
      writesCode(RIGHT, {
        edit: [
          { path: CODE_PATH, new: RIGHT },
          { path: NEW, new: ADD },
        ],
      }),
      reviews(),
      plans({ migration: true, criteria: [{ text: "nick is empty", proof: "not-verifiable" }] }, { run: 2 }),
      { role: "green", run: 2, edit: { path: NEW, old: ADD, new: mended }, finish: { summary: "Default." } } as const,
      reviews([], { run: 2 }),
    ];
    const { project, ended } = await flow.start({ script, project: { files: WITH_MIGRATIONS } });
    const issue = await project.asks(ISSUE);
    await ended(issue);
    const [pull] = await project.pulls();
    await project.maya.comment(project.place, pull?.number ?? 0, "/orion fix give nick a default");
    expect(await ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null, round: 1 });
  });
});
