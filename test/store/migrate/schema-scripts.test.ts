import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let prisma: string;

beforeEach(() => {
  prisma = mkdtempSync(join(tmpdir(), "orion-prisma-"));
  cpSync("prisma", prisma, { recursive: true });
});

afterEach(() => rmSync(prisma, { recursive: true }));

function node(args: readonly string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, args);
  const output: string[] = [];
  child.stdout.on("data", (chunk) => output.push(String(chunk)));
  child.stderr.on("data", (chunk) => output.push(String(chunk)));
  return new Promise((ended) => child.on("close", (exitCode) => ended({ exitCode, output: output.join("") })));
}

function migration(...args: readonly string[]) {
  return node([resolve("scripts/migration.ts"), ...args, "--prisma", prisma]);
}

function addColumn(): void {
  const file = join(prisma, "schema.prisma");
  const text = readFileSync(file, "utf8").replace("model Task {", "model Task {\n  nickname String?");
  writeFileSync(file, text);
}

describe("scripts/migration.ts", () => {
  it("reports drift by exit code 2, writes the migration, and then reports none", async () => {
    expect(await migration("drift")).toMatchObject({ exitCode: 0 });
    addColumn();
    const drifted = await migration("drift");
    expect(drifted).toMatchObject({ exitCode: 2, output: expect.stringContaining('ADD COLUMN     "nickname" TEXT') });
    expect(await migration("new", "nickname")).toMatchObject({ exitCode: 0 });
    const names = readdirSync(join(prisma, "migrations")).filter((name) => name.endsWith("_nickname"));
    expect(names).toEqual([expect.stringMatching(/^\d{14}_nickname$/)]);
    expect(await migration("drift")).toMatchObject({ exitCode: 0 });
    expect((await migration("new", "nothing")).output).toContain("nothing to write");
  }, 60_000);

  it("reports drift when a migration makes what the schema does not have, functions beside it or not", async () => {
    const folder = join(prisma, "migrations", "99990101000000_more");
    mkdirSync(folder);
    const extra = `CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;
      CREATE TABLE extra (id int PRIMARY KEY);`;
    writeFileSync(join(folder, "migration.sql"), extra);
    expect(await migration("drift")).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('DROP TABLE "extra"'),
    });
  });

  it("fails when a migration does not run at all", async () => {
    const folder = join(prisma, "migrations", "99990101000000_wrong");
    mkdirSync(folder);
    writeFileSync(join(folder, "migration.sql"), "CREATE TABLE nonsense (b nonsense);");
    expect(await migration("drift")).toMatchObject({ exitCode: 1, output: expect.stringContaining("nonsense") });
  });

  it("refuses a name that is none and a command it does not have", async () => {
    expect(await migration("new", "../up")).toMatchObject({ exitCode: 1, output: expect.stringContaining("../up") });
    expect(await migration("deploy")).toMatchObject({ exitCode: 1, output: expect.stringContaining("usage") });
  });
});

describe("scripts/generate.ts", () => {
  it("writes the client in silence", async () => {
    // in a copy: other tests import the client meanwhile
    const copy = mkdtempSync(join(tmpdir(), "orion-generate-"));
    try {
      for (const one of ["scripts/generate.ts", "prisma", "prisma.config.ts", "package.json"])
        cpSync(one, join(copy, one), { recursive: true });
      symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
      expect(await node([join(copy, "scripts/generate.ts")])).toEqual({ exitCode: 0, output: "" });
      const generated = (folder: string) => readFileSync(join(folder, "src/store/generated/client.ts"), "utf8");
      expect(generated(copy)).toBe(generated("."));
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
