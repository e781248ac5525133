/** T11: 24 paths of what runs with privilege later × 6 manners of touching one; none goes through unseen. */
import { describe, expect, it } from "vitest";
import { judgeScope, type ScopeChange } from "../../../src/policy/scope/judge-scope.ts";

const PATHS = [
  ".github/workflows/ci.yml",
  ".github/actions/build/action.yml",
  ".github/orion.yml",
  ".gitlab-ci.yml",
  "azure-pipelines.yml",
  "render.yaml",
  "Dockerfile",
  "deploy/Dockerfile.web",
  "compose.yml",
  "prisma.config.ts",
  "prisma/migrations/20260101000000_init/migration.sql",
  "prisma/migrations/migration_lock.toml",
  "package-lock.json",
  "pnpm-lock.yaml",
  "package.json",
  "requirements-dev.txt",
  ".husky/pre-commit",
  ".pre-commit-config.yaml",
  ".npmrc",
  ".gitattributes",
  ".gitmodules",
  "CODEOWNERS",
  "CLAUDE.md",
  "docs/AGENTS.md",
] as const;

/** Adding one is what Orion is asked for; the check of migrations judges what it does. */
const MAY_BE_ADDED = "prisma/migrations/20260101000000_init/migration.sql";

type Status = ScopeChange["status"];
const change = (path: string, status: Status): ScopeChange => {
  const [before, after] = [
    status === "added" ? null : '{"scripts":{}}',
    status === "deleted" ? null : '{"scripts":{"x":"y"}}',
  ];
  return { path, status, before, after };
};

/** The same file to somebody's file system. */
const wide = (path: string) =>
  path.replace(/[a-z](?=[^a-z]*$)/i, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0));
const unseen = (path: string) => `${path.slice(0, 2)}\u200C${path.slice(2)}`;
const upper = (path: string) =>
  path.replace(/[a-z]+/i, (word) => (word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase()));

const MANNERS: Readonly<Record<string, (path: string) => readonly ScopeChange[]>> = {
  "adding it": (path) => [change(path, "added")],
  "changing it": (path) => [change(path, "modified")],
  "deleting it": (path) => [change(path, "deleted")],
  "moving it away": (path) => [change(path, "deleted"), change("notes/moved.txt", "added")],
  "writing it in other cases": (path) => [change(upper(path), "modified")],
  "writing it in other characters": (path) => [change(wide(path), "modified"), change(unseen(path), "modified")],
};

const CASES = PATHS.flatMap((path) => Object.keys(MANNERS).map((manner) => [manner, path] as const));

it("has the size of T11", () => {
  expect(CASES).toHaveLength(24 * 6);
  for (const path of PATHS) for (const other of [wide(path), unseen(path), upper(path)]) expect(other).not.toBe(path);
});

describe("what runs with privilege later", () => {
  it.each(CASES)("%s is seen: %s", (manner, path) => {
    const changes = MANNERS[manner]?.(path) ?? [];
    const named = changes.filter(({ path: one }) => one !== "notes/moved.txt").map((one) => one.path);
    for (const own of [false, true]) {
      const verdict = judgeScope(changes, { own });
      if (path === MAY_BE_ADDED && manner === "adding it") expect(verdict.kind).toBe("clear");
      else {
        expect(verdict.kind).toBe(own ? "needs-admin" : "look");
        expect(verdict.kind !== "clear" && verdict.findings.map((one) => one.path)).toEqual(named);
      }
    }
  });

  it.each(["src/app.ts", "docs/guide.md", "src/github.ts", "src/render.ts", "lib/compose.js"])(
    "%s is anybody's",
    (path) => expect(judgeScope([change(path, "modified")], { own: false }).kind).toBe("clear"),
  );
});
