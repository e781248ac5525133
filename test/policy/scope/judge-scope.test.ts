import { describe, expect, it } from "vitest";
import { isManifest, judgeScope, type ScopeChange } from "../../../src/policy/scope/judge-scope.ts";

type Status = ScopeChange["status"];
const change = (
  path: string,
  status: Status = "modified",
  before: string | null = null,
  after: string | null = null,
) => ({
  ...{ path, status, before, after },
});
const own = (path: string, status: Status = "modified") => judgeScope([change(path, status)], { own: true }).kind;
const elsewhere = (path: string, status: Status = "modified") =>
  judgeScope([change(path, status)], { own: false }).kind;

const CORE = [
  "src/policy/permission.ts",
  "src/policy/migrations/rules/new-rule.ts",
  "src/runs/evidence.ts",
  "src/runs/witness/judge-red.ts",
  "src/runs/stages/propose.ts",
  "src/runs/scope/scope-check.ts",
  "src/git/push.ts",
  "src/domain/feature-ref.ts",
  "src/store/migrate/run-migrations.ts",
  "src/sandbox/docker/seccomp.json",
  "src/agents/prompts/reviewer.md",
  "src/wiring/start-worker.ts",
  "src/store/records/approvals.ts",
  "src/web/webhooks.ts",
  "scripts/house.ts",
  "scripts/kill-switch.ts",
  "scripts/kill-switch/build.ts",
  "scripts/watchdog.ts",
  ".dependency-cruiser.mjs",
  ".ci/run",
  ".github/workflows/ci.yml",
  "Dockerfile",
  "render.yaml",
  "AGENTS.md",
  ".npmrc",
];

describe("on Orion's own repository", () => {
  it.each(CORE)("%s needs an administrator, whatever is done to it", (path) => {
    for (const status of ["added", "modified", "deleted"] as const) expect(own(path, status)).toBe("needs-admin");
  });

  it.each([
    "SRC/Policy/permission.ts",
    "src/POLICY/permission.ts",
    "src/policy./permission.ts",
    "src/pol\u200bicy/permission.ts",
    "src/\uff50olicy/permission.ts",
    "src/policy\u00ad/permission.ts",
    "dockerfile",
    "DOCKERFILE.prod",
    ".GitHub/workflows/x.yml",
    "Src/Agents/Prompts/Reviewer.MD",
    "scripts /house.ts",
    "package.json ",
    "Package.JSON",
  ])("%j does not get around it", (path) => {
    expect(own(path, "added")).toBe("needs-admin");
  });

  it.each([
    "src/tools/slack-tool.ts",
    "test/tools/slack-tool.test.ts",
    "README.md",
    "src/web/policy.ts",
    "docs/src/policy.md",
  ])("%s is Orion's to change", (path) => {
    expect(own(path)).toBe("clear");
    expect(own(path, "added")).toBe("clear");
  });

  it("a migration may be added, and none that is there be touched", () => {
    const file = "prisma/migrations/20260101000000_x/migration.sql";
    expect(own(file, "added")).toBe("clear");
    expect(own(file, "modified")).toBe("needs-admin");
    expect(own(file, "deleted")).toBe("needs-admin");
    expect(own("prisma/migrations/migration_lock.toml", "added")).toBe("needs-admin");
  });

  it("a test of a judge may be added, and none that is there be weakened", () => {
    expect(own("test/policy/new.test.ts", "added")).toBe("clear");
    expect(own("test/policy/permission.test.ts", "modified")).toBe("needs-admin");
    expect(own("test/git/never-default.test.ts", "deleted")).toBe("needs-admin");
  });

  it("a file that is moved away counts as deleted", () => {
    const moved = [change("src/policy/verbs.ts", "deleted"), change("src/tools/verbs.ts", "added")];
    const verdict = judgeScope(moved, { own: true });
    expect(verdict).toMatchObject({ findings: [{ path: "src/policy/verbs.ts", status: "deleted" }] });
  });
});

describe("a manifest", () => {
  const manifest = { name: "x", version: "1.0.0", scripts: { test: "vitest" }, dependencies: { zod: "^4.0.0" } };
  const lock = {
    name: "x",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": manifest, "node_modules/zod": { version: "4.0.0" } },
  };
  const judged = (path: string, before: unknown, after: unknown) => {
    const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    return judgeScope([change(path, "modified", text(before), text(after))], { own: true }).kind;
  };
  const at2 = { ...manifest, version: "2.0.0" };

  it("may change its version, its spacing and its order", () => {
    expect(judged("package.json", manifest, at2)).toBe("clear");
    expect(judged("package.json", manifest, JSON.stringify(manifest, null, 4))).toBe("clear");
    expect(judged("package.json", manifest, Object.fromEntries(Object.entries(at2).reverse()))).toBe("clear");
    const bumped = { ...lock, version: "2.0.0", packages: { ...lock.packages, "": at2 } };
    expect(judged("package-lock.json", lock, bumped)).toBe("clear");
  });

  it.each<readonly [string, string, unknown, unknown]>([
    ["a script", "package.json", manifest, { ...at2, scripts: { test: "true" } }],
    ["a new script", "package.json", manifest, { ...manifest, scripts: { ...manifest.scripts, postinstall: "x" } }],
    ["a dependency", "package.json", manifest, { ...manifest, dependencies: { zod: "^4.0.0", evil: "1" } }],
    ["a version that is none", "package.json", manifest, { ...manifest, version: "1; rm -rf /" }],
    ["a version of another kind", "package.json", manifest, { ...manifest, version: {} }],
    [
      "a key that hides",
      "package.json",
      manifest,
      '{"name":"x","version":"1.0.0","scripts":{"test":"vitest"},"dependencies":{"zod":"^4.0.0"},"__proto__":{"a":1}}',
    ],
    [
      "a second key of the same name",
      "package.json",
      manifest,
      '{"name":"x","scripts":{"test":"vitest"},"version":"1.0.0","dependencies":{"zod":"^4.0.0"},"scripts":{"test":"true"}}',
    ],
    ["what is no JSON", "package.json", manifest, "{"],
    ["what was no JSON", "package.json", "{", manifest],
    ["a list", "package.json", manifest, []],
    [
      "a locked version of others",
      "package-lock.json",
      lock,
      { ...lock, packages: { ...lock.packages, "node_modules/zod": { version: "4.0.1" } } },
    ],
    [
      "the lock's own dependencies",
      "package-lock.json",
      lock,
      { ...lock, packages: { ...lock.packages, "": { ...manifest, dependencies: {} } } },
    ],
    ["a package of a workspace", "packages/a/package.json", manifest, { ...manifest, main: "evil.js" }],
  ])("that changes %s needs an administrator", (_, path, before, after) => {
    expect(judged(path, before, after)).toBe("needs-admin");
  });

  it("that comes or goes needs one, too", () => {
    const text = JSON.stringify(manifest);
    expect(judgeScope([change("package.json", "deleted", text, null)], { own: true }).kind).toBe("needs-admin");
    expect(judgeScope([change("apps/x/package.json", "added", null, text)], { own: true }).kind).toBe("needs-admin");
  });

  it("is known however it is spelled", () => {
    expect(["package.json", "a/Package-Lock.json", "src/package.ts"].map(isManifest)).toEqual([true, true, false]);
  });
});

describe("on any other repository", () => {
  it.each([
    "render.yaml",
    "api/Dockerfile",
    "docker-compose.yml",
    "yarn.lock",
    ".husky/pre-commit",
    "CODEOWNERS",
    ".github/dependabot.yml",
  ])("%s is for a person to look at", (path) => {
    expect(elsewhere(path)).toBe("look");
  });

  it.each(["src/policy/permission.ts", "scripts/house.ts", "src/app.ts", "tsconfig.json"])(
    "%s is no matter",
    (path) => {
      expect(elsewhere(path)).toBe("clear");
    },
  );
});

describe("a change that nobody could read", () => {
  const files = (count: number, lines: number) =>
    Array.from({ length: count }, (_, index) => ({ ...change(`src/f${index}.ts`), lines }));

  it("is for a person to look at, by its files or by its lines, and that is all", () => {
    expect(judgeScope(files(100, 50), { own: true }).kind).toBe("clear");
    for (const large of [files(101, 1), files(2, 2_501)]) {
      expect(judgeScope(large, { own: true })).toMatchObject({ kind: "look", findings: [{ path: null }] });
    }
  });

  it("is not one because a tool wrote a long lock file", () => {
    const lock = { ...change("go.sum"), lines: 90_000 };
    expect(judgeScope([lock], { own: false })).toMatchObject({ findings: [{ path: "go.sum" }] });
  });
});

it("lets nothing make a secret right", () => {
  const secrets = [{ path: "a.ts", line: 3, looksLike: "github secret" }];
  expect(judgeScope([change("a.ts")], { own: true, secrets })).toMatchObject({ kind: "secret", secrets, findings: [] });
  expect(judgeScope([change("Dockerfile")], { own: false, secrets })).toMatchObject({
    kind: "secret",
    findings: [{ path: "Dockerfile" }],
  });
});
