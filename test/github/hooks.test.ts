import { describe, expect, it } from "vitest";
import { API, api, openApp } from "./nock-rig.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 27);
const delivery = (id: number, daysAgo: number, status_code: number) => ({
  ...{ id, guid: `g${id}`, event: "issues", action: "opened", status_code, status: "x", redelivery: false },
  ...{ delivered_at: new Date(NOW - daysAgo * DAY).toISOString(), duration: 0.1 },
});

describe("the App's webhooks", () => {
  it("are listed page by page, up to the moment that is asked for", async () => {
    const next = { link: `<${API}/app/hook/deliveries?per_page=100&cursor=v1_2>; rel="next"` };
    const further = { link: `<${API}/app/hook/deliveries?per_page=100&cursor=v1_3>; rel="next"` };
    api()
      .get("/app/hook/deliveries?per_page=100")
      .reply(200, [delivery(9, 0, 202), delivery(8, 0.5, 502)], next)
      .get("/app/hook/deliveries?per_page=100&cursor=v1_2")
      .reply(200, [delivery(7, 1, 0), delivery(6, 2, 500)], further);
    const listed = await openApp().hooks.hookDeliveries(new Date(NOW - 1.5 * DAY));
    expect(listed.map(({ id, guid, ok }) => ({ id, guid, ok }))).toEqual([
      { id: 9, guid: "g9", ok: true },
      { id: 8, guid: "g8", ok: false },
      { id: 7, guid: "g7", ok: false },
    ]);
  });

  it("are sent again by the id of an attempt", async () => {
    const asked = api().post("/app/hook/deliveries/8/attempts").reply(202, {});
    await openApp().hooks.redeliver(8);
    expect(asked.isDone()).toBe(true);
  });

  it("of an App whose list is refused are an error that says so", async () => {
    api().get("/app/hook/deliveries?per_page=100").reply(403, { message: "no" });
    await expect(openApp().hooks.hookDeliveries(new Date(NOW))).rejects.toMatchObject({ code: "GITHUB_FORBIDDEN" });
  });
});
