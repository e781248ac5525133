/** The host driven through the adapter that drives Render. */
import { describe, expect, it, vi } from "vitest";
import { renderHost } from "../../../src/render/render-host.ts";
import { until } from "../../flow/support/until.ts";
import { makeFixture, seen } from "./support/fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

async function start() {
  const fixture = makeFixture();
  const host = await fixture.host();
  const first = fixture.behave({ version: "1" });
  await host.waitFor(first, ["live"]);
  const { apiUrl, apiKey, serviceId } = host;
  return { fixture, host, first, api: renderHost({ apiUrl, apiKey, serviceId }) };
}

describe("the host's API", () => {
  it("tells its deploys, and one by its id", async () => {
    const { fixture, host, first, api } = await start();
    const second = fixture.behave({ version: "2" });
    await host.waitFor(second, ["live"]);
    const deploys = await api.deploys(5);
    expect(deploys.map(({ commit, status }) => [commit, status])).toEqual([
      [second, "live"],
      [first, "replaced"],
    ]);
    expect(await api.deploy(deploys[1]?.id ?? "")).toEqual(deploys[1]);
    expect(await api.deploy("dep-of-nobody")).toBeNull();
    expect(await api.deploys(1)).toHaveLength(1);
  });

  it("rolls back to an earlier build without asking anybody else, and leaves auto-deploy on", async () => {
    const { fixture, host, first, api } = await start();
    const second = fixture.behave({ version: "2" });
    await host.waitFor(second, ["live"]);
    const [, earlier] = await api.deploys(2);
    const back = await api.rollback(earlier?.id ?? "");
    expect(back).toMatchObject({ commit: first, trigger: "rollback" });
    await until(
      async () => ((await api.deploy(back.id))?.status === "live" ? true : null),
      () => "the rollback to be live",
    );
    expect(await seen(host)).toMatchObject({ version: "1" });
    expect(await api.autoDeploy()).toBe(true);
  });

  it("with auto-deploy off sees a push and ships nothing until it is told to", async () => {
    const { fixture, host, api } = await start();
    await api.setAutoDeploy(false);
    const second = fixture.behave({ version: "2" });
    host.poke();
    const third = fixture.behave({ version: "3" });
    const told = await api.startDeploy(second);
    expect(told).toMatchObject({ commit: second, trigger: "api" });
    await host.waitFor(second, ["live"]);
    expect(await seen(host)).toMatchObject({ version: "2" });
    expect((await api.deploys(10)).some(({ commit }) => commit === third)).toBe(false);
  });

  it("refuses a wrong key, an unknown commit and an unknown build", async () => {
    const { host, api } = await start();
    const stranger = renderHost({ apiUrl: host.apiUrl, apiKey: "rnd_wrong", serviceId: host.serviceId });
    await expect(stranger.deploys(1)).rejects.toMatchObject({ code: "HOST_REFUSED", facts: { status: 401 } });
    await expect(api.startDeploy("f".repeat(40))).rejects.toMatchObject({ code: "HOST_REFUSED" });
    await expect(api.rollback("dep-of-nobody")).rejects.toMatchObject({ code: "HOST_REFUSED" });
  });
});
