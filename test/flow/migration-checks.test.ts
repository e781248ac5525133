/** The check of migrations as a job of its own: deliveries do not wait for it, and it survives whoever makes it. */
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { PROJECT } from "../runs/migrations/support/speaking-project.ts";
import { engineHere } from "../sandbox/docker-here.ts";
import { clone, git, pushCommit } from "./support/clone.ts";
import { ask } from "./support/database.ts";
import { type Flow, it } from "./support/flow-test.ts";
import type { Passing } from "./support/gate.ts";
import { FILES, type Project } from "./support/project.ts";
import { STORY } from "./support/story.ts";
import { until } from "./support/until.ts";

const NEW = "prisma/migrations/20250202000000_next/migration.sql";
const WITH_MIGRATIONS = {
  ...FILES,
  "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
  "prisma/migrations/20250101000000_init/migration.sql": 'CREATE TABLE "User" ("id" SERIAL PRIMARY KEY);\n',
};

/** A person's pull request that adds a migration. @returns its head */
async function proposes(project: Project, sql = 'ALTER TABLE "User" ADD "nick" TEXT;\n'): Promise<string> {
  const folder = await clone(project.cloneUrl);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await git(folder, ["push", "--quiet", "origin", "HEAD:refs/heads/work"]);
  await mkdir(join(folder, dirname(NEW)), { recursive: true });
  const sha = await pushCommit(folder, "work", { [NEW]: sql }, "a migration");
  const { owner, repo } = project.place;
  await project.maya.call("POST", `/repos/${owner}/${repo}/pulls`, { title: "Next", head: "work", base: "main" });
  return sha;
}

const puts =
  (status: string) =>
  ({ method, path, body }: Passing): boolean =>
    method !== "GET" &&
    path.includes("/check-runs") &&
    body.includes("orion/migrations") &&
    body.includes(`"${status}"`);

describe("the check of migrations", () => {
  it("is in progress while the delivery that asked for it is settled already", async ({ flow }) => {
    const world = await flow.start({ script: STORY, role: "web", project: { files: WITH_MIGRATIONS } });
    const gate = await flow.gate(world);
    const begun = gate.holdAnswer(puts("in_progress"));
    await flow.worker(world, gate);
    const sha = await proposes(world.project);
    const release = await begun;
    const settled = async () => {
      const sql = `SELECT outcome FROM "Delivery" WHERE event = 'pull_request' AND "settledAt" IS NOT NULL`;
      return (await ask(world.variables.DATABASE_URL ?? "", sql))[0] ?? null;
    };
    expect(await until(settled, () => "the delivery to be settled")).toEqual({
      outcome: expect.stringContaining("its migrations are checked"),
    });
    const checks = () => world.project.checksNamed("orion/migrations", sha);
    expect(await checks()).toMatchObject([{ status: "in_progress", conclusion: null }]);
    release();
    await world.settled();
    expect(await checks()).toMatchObject([{ status: "completed", conclusion: "success" }]);
  });

  it("that lost its worker before the last word is put to its end by the next one, as the same check", async ({
    flow,
  }) => {
    const world = await flow.start({ script: STORY, role: "web", project: { files: WITH_MIGRATIONS } });
    const gate = await flow.gate(world);
    const lastWord = gate.keepRequest(puts("completed"));
    const worker = await flow.worker(world, gate);
    const sha = await proposes(world.project);
    await lastWord;
    await worker.end("SIGKILL");
    const checks = () => world.project.checksNamed("orion/migrations", sha);
    expect(await checks()).toMatchObject([{ status: "in_progress" }]);
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    await world.settled();
    expect(await checks()).toMatchObject([{ status: "completed", conclusion: "success" }]);
  });
});

describe.runIf(await engineHere())("with a container engine, the check", () => {
  const start = (flow: Flow, files: Readonly<Record<string, string>> = PROJECT) =>
    flow.start({ script: STORY, project: { files }, variables: { ORION_SANDBOX: "docker", ORION_SANDBOX_WARM: "0" } });

  it("shows that the base's own tests bear the new schema", async ({ flow }) => {
    const world = await start(flow);
    const sha = await proposes(world.project, "ALTER TABLE pets ADD COLUMN nick text;\n");
    await world.settled();
    const [check] = await world.project.checksNamed("orion/migrations", sha);
    expect(check).toMatchObject({ status: "completed", conclusion: "success" });
    expect(check?.output.summary).toContain("Proven: applied to a scratch database");
    expect(check?.output.summary).toMatch(
      /nothing is worse \(2 tests of the base on PostgreSQL .*, \d of 5 statements compared\)/,
    );
  });

  it("is red where only they can tell that it breaks the running release", async ({ flow }) => {
    const counts = `import assert from "node:assert/strict"; import test from "node:test"; import { ask } from "../db.js";
      test("a pet has four columns", async () => {
        await ask("INSERT INTO pets (name, kind) VALUES ('Tom', 'cat')");
        assert.equal((await ask("SELECT * FROM pets"))[0].length, 4);
      });`;
    const world = await start(flow, { ...PROJECT, "test/columns.test.js": counts });
    const sha = await proposes(world.project, "ALTER TABLE pets ADD COLUMN nick text;\n");
    await world.settled();
    const [check] = await world.project.checksNamed("orion/migrations", sha);
    expect(check).toMatchObject({ conclusion: "failure" });
    expect(check?.output.summary).toContain(
      "passed on the base and is now failed: test/columns.test.js › a pet has four columns",
    );
  });
});
