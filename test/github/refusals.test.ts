import nock from "nock";
import { beforeEach, describe, expect, it } from "vitest";
import { check } from "./answers.ts";
import { api, github, mints, REPOSITORY } from "./nock-rig.ts";

describe("limits", () => {
  beforeEach(() => mints());
  const comment = () => github.createComment(REPOSITORY, 7, "x");
  const spent = () => ({
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": `${Math.floor(Date.now() / 1000) + 1_800}`,
  });

  it.each([
    ["a spent quota", 403, spent, "API rate limit exceeded", 1_800],
    ["a spent quota as 429", 429, spent, "exceeded", 1_800],
    ["a secondary limit", 403, () => ({ "retry-after": "120" }), "You have exceeded a secondary rate limit", 120],
    ["a secondary limit without a time", 403, () => ({}), "You have exceeded a secondary rate limit", 60],
    ["a 429 without a time", 429, () => ({}), "slow down", 60],
  ])("%s is thrown with the time to come back, not waited for", async (_, status, headers, message, seconds) => {
    api().post("/repos/acme/web/issues/7/comments").reply(status, { message }, headers());
    const before = Date.now();
    const error: unknown = await comment().catch((thrown: unknown) => thrown);
    // answered once only: a second try would meet no answer, a wait outlast the test
    expect(error).toMatchObject({ code: "RATE_LIMITED" });
    const { retryAtMs } = (error as { facts: { retryAtMs: number } }).facts;
    expect(Math.abs(retryAtMs - before - seconds * 1_000)).toBeLessThan(10_000);
  });

  it("a limit on reading and on minting is not tried again either", async () => {
    api().get("/repos/acme/web/issues/7").reply(429, {}, { "retry-after": "5" });
    await expect(github.issue(REPOSITORY, 7)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    nock.cleanAll();
    api()
      .post("/app/installations/77/access_tokens")
      .reply(403, { message: "secondary rate limit" }, { "retry-after": "5" });
    await expect(github.remote(REPOSITORY, "read")).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });
});

describe("refusals", () => {
  beforeEach(() => mints());

  it("name the permission that is missing, from GitHub's own words or from ours", async () => {
    api()
      .post(/comments/)
      .reply(403, { message: "Resource not accessible by integration" });
    await expect(github.createComment(REPOSITORY, 7, "x")).rejects.toMatchObject({
      code: "GITHUB_FORBIDDEN",
      message: expect.stringContaining("issues=write, pull_requests=write"),
    });
    api()
      .post(/check-runs/)
      .reply(403, { message: "no" }, { "x-accepted-github-permissions": "checks=write" });
    api()
      .get(/check-runs/)
      .reply(200, { total_count: 0, check_runs: [] });
    await expect(github.putCheck(REPOSITORY, check)).rejects.toMatchObject({
      facts: { needs: "checks=write", status: 403 },
    });
    api().get("/repos/acme/web/pulls/31").reply(404, { message: "Not Found" });
    await expect(github.pull(REPOSITORY, 31)).rejects.toMatchObject({
      code: "GITHUB_NOT_FOUND",
      message: expect.stringContaining("pull_requests=read"),
    });
  });
});
