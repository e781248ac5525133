import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const script = new URL("../../../scripts/migrations-check.ts", import.meta.url).pathname;

describe("migrations:check on a repository", () => {
  let root: string;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args]);
  const check = (...args: string[]) =>
    new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
      const child = execFile(process.execPath, [script, ...args], { cwd: root }, (_error, stdout, stderr) =>
        resolve({ status: child.exitCode ?? -1, stdout, stderr }),
      );
    });

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "migrations-"));
    write("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n');
    write("prisma/migrations/1_init/migration.sql", 'CREATE TABLE "Ü" (i int);\n');
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "base");
    write("prisma/migrations/2_next/migration.sql", 'ALTER TABLE "Ü" ADD COLUMN j int;\n');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("judges with --base only what is new, on top of what was there", async () => {
    const { status, stdout } = await check("prisma/migrations", "--base", "HEAD", "--format", "json");
    expect(JSON.parse(stdout)).toEqual([{ file: "2_next/migration.sql", verdict: "additive", findings: [] }]);
    expect(status).toBe(0);
  });

  it("stops a change of what was applied", async () => {
    write("prisma/migrations/1_init/migration.sql", 'CREATE TABLE "Ü" (i bigint);\n');
    const { status, stdout } = await check("prisma/migrations", "--base", "HEAD", "--format", "json");
    git("checkout", "-q", "prisma/migrations/1_init");
    expect(stdout).toContain("applied-file-changed");
    expect(status).toBe(1);
  });

  it("answers 3, and why, where there is nothing it can read", async () => {
    write("mysql/migration_lock.toml", 'provider = "mysql"\n');
    write("mysql/1/migration.sql", "CREATE TABLE a (i int);");
    write("broken/1.sql", "CREATE TABLE {{table}} (i int);");
    const asked = [["nowhere"], ["mysql"], ["broken"], ["prisma", "--base", "nothing"]];
    const answers = await Promise.all(asked.map((args) => check(...args)));
    expect(answers.map(({ status }) => status)).toEqual([3, 3, 3, 3]);
    const codes = answers.map(
      ({ stdout, stderr }) =>
        /NO_SUCH_FOLDER|NOTHING_FOUND|NOT_POSTGRESQL|unreadable|BASE_UNREADABLE|USAGE/.exec(stderr + stdout)?.[0],
    );
    expect(codes).toEqual(["NO_SUCH_FOLDER", "NOT_POSTGRESQL", "unreadable", "BASE_UNREADABLE"]);
  });
});
