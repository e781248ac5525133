import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { until } from "../../flow/support/until.ts";
import { isAlive, makeFixture, seen } from "./support/fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

describe("the deploy host", () => {
  it("ships what the branch holds, and a push replaces it without cutting off a request", async () => {
    const fixture = makeFixture();
    const first = fixture.behave({ version: "1" });
    const host = await fixture.host();
    expect(await host.waitFor(first, ["live"])).toMatchObject({ status: "live", trigger: "new_commit" });
    const before = await seen(host);
    expect(before).toMatchObject({ version: "1", commit: first, url: host.url });
    const slow = fetch(`${host.url}/slow`).then((response) => response.text());
    await until(
      async () => ((await (await fetch(`${host.url}/waiting`)).text()) === "1" ? true : null),
      () => "the slow request to arrive",
    );
    const second = fixture.behave({ version: "2" });
    host.poke();
    expect((await host.waitFor(second, ["live"])).status).toBe("live");
    expect(await seen(host)).toMatchObject({ version: "2", commit: second });
    expect(await slow).toBe("1 to the end");
    await until(
      () => (isAlive(before.pid) ? null : true),
      () => "the old process to end",
    );
    expect(host.deploys().map(({ status }) => status)).toEqual(["live", "deactivated"]);
  });

  it.each([
    ["crashes at boot", { version: "2", crash: true }, "update_failed"],
    ["never gets ready", { version: "2", unready: true }, "update_failed"],
  ] as const)(
    "leaves the old one serving when the new one %s, and ships the next good push",
    async (_, bad, status) => {
      const fixture = makeFixture();
      const first = fixture.behave({ version: "1" });
      const host = await fixture.host({ healthTimeoutMs: 2_000 });
      await host.waitFor(first, ["live"]);
      const { pid } = await seen(host);
      expect((await host.waitFor(fixture.behave(bad), ["live"])).status).toBe(status);
      expect(await seen(host)).toMatchObject({ version: "1", pid });
      fixture.git("revert", "--no-edit", "HEAD");
      const reverted = fixture.git("rev-parse", "HEAD");
      expect((await host.waitFor(reverted, ["live"])).status).toBe("live");
      expect(await seen(host)).toMatchObject({ version: "1", commit: reverted });
      expect(fixture.lines.join("\n")).not.toContain("a-token-of-this-test");
    },
  );

  it.each([
    ["the build", { build: [["sh", "-c", "test ! -e broken"]] }, "build_failed"],
    ["pre-deploy", { preDeploy: ["sh", "-c", "test ! -e broken"] }, "pre_deploy_failed"],
  ] as const)("leaves the old one serving when %s fails", async (_, options, status) => {
    const fixture = makeFixture();
    const first = fixture.behave({ version: "1" });
    const host = await fixture.host(options);
    await host.waitFor(first, ["live"]);
    const second = fixture.behave({ version: "2" }, { broken: "" });
    expect((await host.waitFor(second, ["live"])).status).toBe(status);
    expect(await seen(host)).toMatchObject({ version: "1" });
  });

  it("calls a deploy off when the next push comes, and ships the newest", async () => {
    const fixture = makeFixture();
    const first = fixture.behave({ version: "1" }, { hold: "" });
    // held for as long as the commit says so; nothing else would end it
    const host = await fixture.host({ build: [["sh", "-c", "if test -e hold; then sleep 600; fi"]] });
    await until(
      () => (host.deploys()[0]?.status === "build_in_progress" ? true : null),
      () => "the build to begin",
    );
    const second = fixture.behave({ version: "2" }, { hold: null });
    expect((await host.waitFor(second, ["live"])).status).toBe("live");
    expect((await host.waitFor(first, ["live"])).status).toBe("canceled");
    expect(await seen(host)).toMatchObject({ version: "2" });
  });

  it("starts a service again that dies", async () => {
    const fixture = makeFixture();
    const host = await fixture.host();
    await host.waitFor(fixture.behave({ version: "1" }), ["live"]);
    const { pid } = await seen(host);
    await fetch(`${host.url}/die`);
    const again = await until(
      () => seen(host).catch(() => null),
      () => "the service to come back",
    );
    expect(again.version).toBe("1");
    expect(again.pid).not.toBe(pid);
  });

  it("kills what does not hear SIGTERM, once its grace is over", async () => {
    const fixture = makeFixture();
    const host = await fixture.host({ graceMs: 300 });
    await host.waitFor(fixture.behave({ version: "1", deaf: true }), ["live"]);
    const { pid } = await seen(host);
    await host.waitFor(fixture.behave({ version: "2" }), ["live"]);
    await until(
      () => (isAlive(pid) ? null : true),
      () => "the deaf process to be killed",
    );
  });

  it("comes back with what was live, also when it was killed itself", async () => {
    const fixture = makeFixture();
    const first = fixture.behave({ version: "1" });
    const dataDir = join(fixture.repository, "../killed-host");
    const program = join(import.meta.dirname, "support/host-process.ts");
    const child = spawn(process.execPath, [program, fixture.repository, dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [url] = (await once(child.stdout, "data")).map((chunk) => String(chunk).trim());
    const before = await seen({ url: url ?? "" });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(before.pid)).toBe(true);
    const host = await fixture.host({ dataDir });
    expect(isAlive(before.pid)).toBe(false);
    expect(await seen(host)).toMatchObject({ version: "1", commit: first });
    expect(host.deploys().map(({ status, trigger }) => [status, trigger])).toEqual([
      ["live", "service_resumed"],
      ["deactivated", "new_commit"],
    ]);
  });

  it("keeps the releases that may be wanted again, and no others", async () => {
    const fixture = makeFixture();
    const host = await fixture.host();
    for (const version of ["1", "2", "3", "4", "5", "6", "7"])
      await host.waitFor(fixture.behave({ version }), ["live"]);
    const releases = join(fixture.repository, "../host/releases");
    await until(
      () => (readdirSync(releases).length === 5 ? true : null),
      () => `five releases, not ${readdirSync(releases).length}`,
    );
  });
});
