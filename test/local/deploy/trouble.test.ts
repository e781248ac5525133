/** What may go wrong around a release, and must not take the host along. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { until } from "../../flow/support/until.ts";
import { PROCESS_ENV } from "../../support/process-env.ts";
import { makeFixture, seen } from "./support/fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

describe("the deploy host in trouble", () => {
  it("releases every file of the commit as it is, whatever its attributes say", async () => {
    const fixture = makeFixture();
    const attributes = "left-out.txt export-ignore\nstamp.txt export-subst\n";
    const files = { ".gitattributes": attributes, "left-out.txt": "here", "stamp.txt": "$Format:%H$" };
    const host = await fixture.host();
    const { release } = await host.waitFor(fixture.behave({ version: "1" }, files), ["live"]);
    const read = (path: string): string =>
      readFileSync(join(fixture.repository, "../host/releases", release, path), "utf8");
    expect([read("left-out.txt"), read("stamp.txt")]).toEqual(["here", "$Format:%H$"]);
  });

  it("bears that a deploy is called off while its files are unpacked", async () => {
    const fixture = makeFixture();
    // called off while it is unpacked: tar is gone first, and git goes on writing
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`big/${n}`, String(n).repeat(400_000)]));
    fixture.behave({ version: "1" }, many);
    const host = await fixture.host({ env: PROCESS_ENV });
    await host.waitFor(fixture.git("rev-parse", "HEAD"), ["build_in_progress"]);
    const second = fixture.behave({ version: "2" }, { big: null });
    host.poke();
    expect((await host.waitFor(second, ["live"])).status).toBe("live");
  });

  it("puts no build live again that never was", async () => {
    const fixture = makeFixture();
    const host = await fixture.host({ build: [["sh", "-c", "if test -e hold; then sleep 600; fi"]] });
    await host.waitFor(fixture.behave({ version: "1" }), ["live"]);
    const half = fixture.behave({ version: "2" }, { hold: "" });
    const { id } = await host.waitFor(half, ["build_in_progress"]);
    await host.waitFor(fixture.behave({ version: "3" }), ["build_in_progress"]);
    // its folder is there while another one is under way
    const answer = await fetch(`${host.apiUrl}/v1/services/${host.serviceId}/rollback`, {
      method: "POST",
      headers: { authorization: `Bearer ${host.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ deployId: id }),
    });
    expect(answer.status).toBe(400);
    expect(await seen(host)).toMatchObject({ version: "1" });
  });

  it("comes back with what served last, though it could not be started the time before", async () => {
    const fixture = makeFixture();
    const dataDir = join(fixture.repository, "../restarted");
    const first = await fixture.host({ dataDir });
    await first.waitFor(fixture.behave({ version: "1" }), ["live"]);
    await first.close();
    const failing = await fixture.host({ dataDir, start: ["sh", "-c", "exit 1"] });
    expect(failing.deploys()[0]).toMatchObject({ status: "update_failed", trigger: "service_resumed" });
    await failing.close();
    const third = await fixture.host({ dataDir });
    expect(await seen(third)).toMatchObject({ version: "1" });
  });

  it("does not wait for a process that the service left behind with its output open", async () => {
    const fixture = makeFixture();
    const daemon = "setsid sleep 45 & exec node server.mjs";
    const host = await fixture.host({ start: ["sh", "-c", daemon], graceMs: 1_000 });
    await host.waitFor(fixture.behave({ version: "1" }), ["live"]);
    await host.waitFor(fixture.behave({ version: "2" }), ["live"]);
    const third = fixture.behave({ version: "3" });
    expect((await host.waitFor(third, ["live"], 20_000)).status).toBe("live");
  });

  it("follows a branch whose name became a folder of branches", async () => {
    const fixture = makeFixture();
    fixture.behave({ version: "1" });
    fixture.git("branch", "feature/a");
    const host = await fixture.host();
    await host.waitFor(fixture.git("rev-parse", "HEAD"), ["live"]);
    fixture.git("branch", "-D", "feature/a");
    fixture.git("branch", "feature/a/b");
    const second = fixture.behave({ version: "2" });
    await until(
      () => (host.deploys()[0]?.commit.id === second ? true : null),
      () => `the push to be seen\n${fixture.lines.join("\n")}`,
      15_000,
    );
  });
});
