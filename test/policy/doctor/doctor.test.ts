import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readManifest } from "../../../src/github/registration/manifest.ts";
import {
  judgeApp,
  judgeBranch,
  judgeDeliveries,
  judgeEngine,
  judgeInstallation,
  judgeModel,
} from "../../../src/policy/doctor/findings.ts";
import { judgePreflight } from "../../../src/policy/doctor/preflight.ts";
import { judgeSecrets } from "../../../src/policy/doctor/secrets.ts";

const OURS = readManifest(readFileSync(new URL("../../../app.yml", import.meta.url), "utf8"));
const { default_permissions: PERMISSIONS, default_events: EVENTS } = OURS;
const WANTED = { permissions: PERMISSIONS, events: EVENTS };
const WELL = [
  "user=65532",
  "seccomp=2",
  "privileges=1",
  "capabilities=0000000000000000",
  "interfaces=lo ",
  "root=closed",
  "memory=1073741824",
  "pids=512",
  "engine=absent",
];
const ill = (findings: readonly { readonly well: boolean }[]) => findings.filter((one) => !one.well);

describe("the doctor", () => {
  it("is content with an App that was made of the manifest", () => {
    expect(ill(judgeApp(WANTED, WANTED))).toEqual([]);
  });

  it("asks an installation's owner for what was granted to the App since, and tells its repositories", () => {
    const repositories = [{ id: 7 }, { id: 8 }];
    const at = { account: "acme", permissions: PERMISSIONS, repositories };
    expect(judgeInstallation(at, WANTED)).toMatchObject({ well: true, remedy: null });
    const { actions: _, ...fewer } = PERMISSIONS;
    const found = judgeInstallation({ ...at, permissions: fewer }, WANTED);
    expect(found).toMatchObject({ well: false, repositories: [7, 8], says: "has not granted actions: read" });
    expect(found.remedy).toContain("Review request");
  });

  it("says which clicks protect a default branch, and nothing of one that is", () => {
    const at = { id: 7, owner: "acme", name: "math" };
    expect(judgeBranch(at, { name: "main", protected: true })).toMatchObject({ well: true, remedy: null });
    const open = judgeBranch(at, { name: "main", protected: false });
    expect(open.repositories).toEqual([7]);
    expect(open.remedy).toContain("acme/math/settings/rules/new?target=branch");
    expect(open.remedy).toMatch(/1\. .*\n2\. .*Require a pull request.*\n3\. /);
  });

  it.each([
    ["a permission that is missing", { checks: undefined }, /grant checks: write/],
    ["a permission that only reads", { contents: "read" }, /grant contents: write/],
    ["a permission beyond what is needed", { workflows: "write" }, /take away workflows: write/],
    ["a permission to write where reading is enough", { actions: "write" }, /take away actions: write/],
  ])("names %s and its remedy", (_, change, remedy) => {
    const found = ill(judgeApp({ permissions: { ...PERMISSIONS, ...change }, events: EVENTS }, WANTED));
    expect(found).toMatchObject([{ remedy: expect.stringMatching(remedy) }]);
  });

  it.each(EVENTS)("names the event %s when nobody subscribed to it", (event) => {
    const found = ill(judgeApp({ permissions: PERMISSIONS, events: EVENTS.filter((one) => one !== event) }, WANTED));
    expect(found).toMatchObject([{ remedy: expect.stringContaining(`subscribe to ${event}`) }]);
  });

  it("tells a wrong webhook secret from an address nobody answers at, and from silence", () => {
    const remedy = (...codes: readonly number[]) =>
      judgeDeliveries(codes.map((statusCode) => ({ event: "issues", statusCode }))).remedy;
    expect(remedy(202, 200)).toBeNull();
    expect(remedy(400)).toContain("WEBHOOK_SECRET");
    expect(remedy(200, 200, 200, 200, 0)).toBeNull();
    expect(remedy(200, 502, 502, 200)).toContain("redeliver");
    expect(remedy(0, 200)).toContain("be reached from GitHub");
    expect(remedy(502)).toContain("redeliver");
    expect(remedy()).toContain("tick Active");
  });

  it("names what makes an engine and a model answer", () => {
    expect(judgeEngine(true, "here").well).toBe(true);
    expect(judgeEngine(false, "tcp://10.0.0.5:2376").remedy).toContain("DOCKER_HOST");
    expect(judgeModel("gpt", null).well).toBe(true);
    expect(judgeModel("gpt", "MODEL_REFUSED: 401").remedy).toContain("OPENAI_API_KEY");
  });

  it("finds weak secrets and quotes none", () => {
    const strong = {
      webhookSecret: "0123456789abcdef0123456789abcdef",
      privateKey: "key",
      databaseUrl: "postgresql://o:f00dfacecafe@db.example.org/o",
    };
    expect(ill(judgeSecrets(strong))).toEqual([]);
    const cases = [
      [{ webhookSecret: "a".repeat(40) }, "openssl rand -hex 32"],
      [{ webhookSecret: "development" }, "openssl rand -hex 32"],
      [{ webhookSecret: undefined }, "openssl rand -hex 32"],
      [{ privateKey: undefined }, "Generate a private key"],
      [{ databaseUrl: "postgresql://o:password@db.example.org/o" }, "openssl rand -hex 24"],
      [{ databaseUrl: "postgresql://o@db.example.org/o" }, "openssl rand -hex 24"],
    ] as const;
    for (const [change, remedy] of cases) {
      const found = ill(judgeSecrets({ ...strong, ...change }));
      expect(found).toMatchObject([{ remedy: expect.stringContaining(remedy) }]);
      expect(JSON.stringify(found)).not.toMatch(/aaaa|development|:password@/);
    }
  });

  it("is content with a sandbox that holds", () => {
    expect(ill(judgePreflight(WELL.join("\n")))).toEqual([]);
  });

  it.each([
    ["user=0", "65532"],
    ["seccomp=0", "seccomp"],
    ["privileges=0", "20.10"],
    ["capabilities=00000000a80425fb", "20.10"],
    ["interfaces=eth0 lo ", "networks"],
    ["root=writable", "20.10"],
    ["memory=max", "memory cgroup"],
    ["memory=9223372036854771712", "memory cgroup"],
    ["pids=max", "pids cgroup"],
    ["engine=there", "Docker socket"],
  ])("names the remedy of a sandbox with %s", (line, remedy) => {
    const name = line.slice(0, line.indexOf("="));
    const found = ill(judgePreflight(WELL.map((one) => (one.startsWith(`${name}=`) ? line : one)).join("\n")));
    expect(found).toMatchObject([{ what: `sandbox ${name}`, remedy: expect.stringContaining(remedy) }]);
  });

  it("takes silence of the probe for a sandbox that does not hold", () => {
    expect(ill(judgePreflight(""))).toHaveLength(WELL.length);
  });
});
