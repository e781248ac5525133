import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderHost } from "../../src/render/render-host.ts";

const API = "https://api.render.example";
const KEY = "rnd_of-a-test-that-nobody-may-read";
const host = renderHost({ apiUrl: `${API}/`, apiKey: KEY, serviceId: "srv-1", retryDelaysMs: [1, 1], timeoutMs: 500 });
const api = () => nock(API, { reqheaders: { authorization: `Bearer ${KEY}` } });
const deploy = (more: object = {}) => ({
  id: "dep-1",
  commit: { id: "c".repeat(40), message: "feat: x", createdAt: "2026-11-01T10:00:00Z" },
  status: "live",
  trigger: "new_commit",
  createdAt: "2026-11-01T10:01:00Z",
  updatedAt: "2026-11-01T10:02:00Z",
  finishedAt: "2026-11-01T10:02:00Z",
  ...more,
});

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
  nock.enableNetConnect();
});

describe("Render's API", () => {
  it("lists deploys newest first, as they are", async () => {
    api()
      .get("/v1/services/srv-1/deploys?limit=2")
      .reply(200, [{ deploy: deploy({ status: "update_in_progress", finishedAt: null }) }, { deploy: deploy() }]);
    expect(await host.deploys(2)).toEqual([
      {
        id: "dep-1",
        commit: "c".repeat(40),
        status: "building",
        hostStatus: "update_in_progress",
        trigger: "new_commit",
        createdAt: new Date("2026-11-01T10:01:00Z"),
        finishedAt: null,
      },
      expect.objectContaining({ status: "live", finishedAt: new Date("2026-11-01T10:02:00Z") }),
    ]);
  });

  it.each([
    ["created", "building"],
    ["pre_deploy_in_progress", "building"],
    ["a_state_of_tomorrow", "building"],
    ["deactivated", "replaced"],
    ["build_failed", "failed"],
    ["pre_deploy_failed", "failed"],
    ["update_failed", "failed"],
    ["canceled", "canceled"],
  ])("takes %s for %s", async (status, meant) => {
    api()
      .get("/v1/services/srv-1/deploys/dep-1")
      .reply(200, deploy({ status, trigger: null }));
    expect(await host.deploy("dep-1")).toMatchObject({ status: meant, hostStatus: status, trigger: "unknown" });
  });

  it("knows no deploy where Render knows none", async () => {
    api().get("/v1/services/srv-1/deploys/dep-9").reply(404, { message: "not found" });
    expect(await host.deploy("dep-9")).toBeNull();
  });

  it("starts a deploy of a commit, and rolls back to a deploy", async () => {
    api()
      .post("/v1/services/srv-1/deploys", { commitId: "abc" })
      .reply(201, deploy({ status: "created" }));
    api()
      .post("/v1/services/srv-1/rollback", { deployId: "dep-0" })
      .reply(201, deploy({ trigger: "rollback" }));
    expect(await host.startDeploy("abc")).toMatchObject({ status: "building" });
    expect(await host.rollback("dep-0")).toMatchObject({ trigger: "rollback" });
  });

  it("finds the deploy that Render only queued, which it tells without a word", async () => {
    api().post("/v1/services/srv-1/deploys", { commitId: "abc" }).reply(202);
    api().get("/v1/services/srv-1/deploys?limit=20").reply(200, []);
    const queued = deploy({ id: "dep-7", commit: { id: "abcdef" }, status: "queued", trigger: "api" });
    api()
      .get("/v1/services/srv-1/deploys?limit=20")
      .reply(200, [{ deploy: deploy({ id: "dep-8" }) }, { deploy: queued }]);
    expect(await host.startDeploy("abc")).toMatchObject({ id: "dep-7", status: "building" });
  });

  it("says so when what Render queued is not in its list", async () => {
    api().post("/v1/services/srv-1/deploys").reply(202);
    api().get("/v1/services/srv-1/deploys?limit=20").thrice().reply(200, []);
    await expect(host.startDeploy("abc")).rejects.toMatchObject({ code: "HOST_UNAVAILABLE" });
  });

  it("reads and switches auto-deploy, and says so when Render left it", async () => {
    api().get("/v1/services/srv-1").reply(200, { id: "srv-1", autoDeploy: "yes" });
    expect(await host.autoDeploy()).toBe(true);
    const off = { autoDeploy: "no", autoDeployTrigger: "off" };
    api().patch("/v1/services/srv-1", off).reply(200, { autoDeploy: "no" });
    await host.setAutoDeploy(false);
    api().patch("/v1/services/srv-1", off).reply(200, { autoDeploy: "yes" });
    await expect(host.setAutoDeploy(false)).rejects.toMatchObject({ code: "HOST_REFUSED" });
  });

  it.each([429, 500, 503])("asks again when Render answers %i, and starts nothing twice", async (status) => {
    api().get("/v1/services/srv-1").twice().reply(status);
    api().get("/v1/services/srv-1").reply(200, { autoDeploy: "no" });
    expect(await host.autoDeploy()).toBe(false);
    api().post("/v1/services/srv-1/deploys").reply(status);
    await expect(host.startDeploy("abc")).rejects.toMatchObject({ code: "HOST_UNAVAILABLE" });
  });

  it.each([
    [401, {}, "HOST_REFUSED", /RENDER_API_KEY/],
    [404, {}, "HOST_REFUSED", /RENDER_SERVICE_ID/],
    [400, { message: "invalid commit" }, "HOST_REFUSED", /invalid commit/],
    [200, { another: "shape" }, "HOST_REFUSED", /another shape/],
  ] as const)("tells what to mend when Render answers %i", async (status, body, code, words) => {
    api().get("/v1/services/srv-1").reply(status, body);
    const failing = host.autoDeploy();
    await expect(failing).rejects.toMatchObject({ code });
    await expect(failing).rejects.toThrow(words);
    await expect(failing).rejects.not.toThrow(KEY);
  });

  it("never shows the key when nobody answers", async () => {
    api().get("/v1/services/srv-1").thrice().replyWithError("connection reset");
    const error = await host.autoDeploy().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "HOST_UNAVAILABLE" });
    expect(JSON.stringify(error) + String(error)).not.toContain(KEY);
  });
});
