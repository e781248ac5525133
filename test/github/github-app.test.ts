import { readFileSync } from "node:fs";
import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { GitHub, Reviews } from "../../src/domain/github-port.ts";
import type { Repository } from "../../src/domain/task.ts";
import { githubApp } from "../../src/github/github-app.ts";
import { KEY } from "./app-key.ts";

const REPOSITORY: Repository = { id: 900, installationId: 77, owner: "acme", name: "web" };
const API = "https://api.github.com";
const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000).toISOString();

let minted: { repository_ids: number[]; permissions: Record<string, string> }[];
let secrets: string[];
let github: GitHub & Reviews;

function open(baseUrl = API) {
  return githubApp({
    appId: 42,
    privateKey: KEY,
    webhookSecret: "a-secret-of-at-least-32-characters!",
    baseUrl,
    clean: (text) => text.replaceAll("hunter2", "[redacted]"),
    onSecret: (secret) => secrets.push(secret),
    retryDelaysMs: [1, 1],
    timeoutMs: 1_000,
  }).github;
}

/** Answers every request for a token, until the test ends. */
function mints(expiresAt: () => string = IN_AN_HOUR, base = API) {
  nock(base)
    .persist()
    .post(/\/app\/installations\/77\/access_tokens$/)
    .reply(201, async (request: Request) => {
      minted.push((await request.json()) as (typeof minted)[number]);
      return { token: `ghs_42_token${minted.length}`, expires_at: expiresAt() };
    });
}

beforeEach(() => {
  nock.disableNetConnect();
  minted = [];
  secrets = [];
  github = open();
});
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

const api = () => nock(API);
const slug = () => api().get("/app").reply(200, { id: 42, slug: "orion-app" });

describe("tokens", () => {
  it("are for one repository and one operation's permissions, and are told before they are used", async () => {
    mints();
    api()
      .get("/repos/acme/web/issues/7")
      .matchHeader("authorization", "token ghs_42_token1")
      .reply(200, () => {
        expect(secrets).toEqual(["ghs_42_token1"]);
        return issue;
      });
    await github.issue(REPOSITORY, 7);
    expect(minted).toEqual([{ repository_ids: [900], permissions: { issues: "read", pull_requests: "read" } }]);
  });

  it("are minted by the App's own signature", async () => {
    const signed: (string | null)[] = [];
    const keep = (value: string | null) => signed.push(value) > 0;
    nock(API, { reqheaders: { authorization: keep } })
      .post("/app/installations/77/access_tokens")
      .reply(201, { token: "ghs_42_x", expires_at: IN_AN_HOUR() });
    await github.remote(REPOSITORY, "read");
    const [header = "", claims = ""] = String(signed.at(-1))
      .replace(/^bearer /, "")
      .split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toMatchObject({ alg: "RS256" });
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ iss: 42 });
  });

  it("serve again until shortly before they expire, also when asked for at once", async () => {
    mints();
    const remotes = await Promise.all([1, 2, 3].map(() => github.remote(REPOSITORY, "write")));
    expect(new Set(remotes.map((remote) => remote.token)).size).toBe(1);
    await github.remote(REPOSITORY, "read");
    await github.remote({ ...REPOSITORY, id: 901 }, "write");
    expect(minted.map((body) => [body.repository_ids, body.permissions])).toEqual([
      [[900], { contents: "write" }],
      [[900], { contents: "read" }],
      [[901], { contents: "write" }],
    ]);
  });

  it("are minted anew when four minutes are left", async () => {
    mints(() => new Date(Date.now() + 240_000).toISOString());
    await github.remote(REPOSITORY, "write");
    expect((await github.remote(REPOSITORY, "write")).token).toBe("ghs_42_token2");
  });

  it("are minted anew, once, when GitHub no longer takes them", async () => {
    mints();
    api().post("/repos/acme/web/issues/7/comments").reply(401, { message: "Bad credentials" });
    api()
      .post("/repos/acme/web/issues/7/comments")
      .matchHeader("authorization", "token ghs_42_token2")
      .reply(201, { id: 5 });
    expect(await github.createComment(REPOSITORY, 7, "hi")).toBe(5);
  });

  it("come with the address git is to use", async () => {
    mints();
    expect(await github.remote(REPOSITORY, "read")).toEqual({
      repositoryId: 900,
      url: "https://github.com/acme/web.git",
      token: "ghs_42_token1",
    });
    mints(IN_AN_HOUR, "http://git.test");
    expect((await open("http://git.test/api/v3").remote(REPOSITORY, "read")).url).toBe("http://git.test/acme/web.git");
  });

  it("that are not granted name what the App lacks", async () => {
    api()
      .post("/app/installations/77/access_tokens")
      .reply(422, { message: "The permissions requested are not granted to this installation." });
    await expect(github.remote(REPOSITORY, "write")).rejects.toMatchObject({
      code: "GITHUB_REFUSED",
      message: expect.stringContaining("not granted"),
    });
  });
});

const issue = {
  number: 7,
  title: "Add",
  body: null,
  user: { id: 1, login: "ada", type: "User" },
  state: "open",
  labels: [{ name: "orion" }, "bug"],
};

describe("reading", () => {
  beforeEach(() => mints());

  it("gives an issue as the port says", async () => {
    api().get("/repos/acme/web/issues/7").reply(200, issue);
    expect(await github.issue(REPOSITORY, 7)).toEqual({
      number: 7,
      title: "Add",
      body: "",
      author: { id: 1, login: "ada", isBot: false },
      state: "open",
      labels: ["orion", "bug"],
      isPullRequest: false,
    });
  });

  it.each([
    [{ permission: "write", role_name: "maintain" }, "maintain"],
    [{ permission: "admin", role_name: "admin" }, "admin"],
    [{ permission: "read", role_name: "triage" }, "triage"],
    [{ permission: "write", role_name: "release-captain" }, "write"],
    [{ permission: "none", role_name: "" }, "none"],
    [{ permission: "owner", role_name: "owner" }, "none"],
  ])("takes %j for the role %s", async (answer, role) => {
    api().get("/repos/acme/web/collaborators/ada/permission").reply(200, answer);
    expect(await github.role(REPOSITORY, "ada")).toBe(role);
    expect(minted[0]?.permissions).toEqual({ metadata: "read" });
  });

  it("takes someone GitHub does not know for a stranger", async () => {
    api().get("/repos/acme/web/collaborators/x%5Bbot%5D/permission").reply(404, { message: "Not Found" });
    expect(await github.role(REPOSITORY, "x[bot]")).toBe("none");
  });

  it("is tried again when GitHub stumbles, and then given up", async () => {
    api().get("/repos/acme/web/issues/7").reply(502).get("/repos/acme/web/issues/7").replyWithError("reset");
    api().get("/repos/acme/web/issues/7").reply(200, issue);
    expect((await github.issue(REPOSITORY, 7)).number).toBe(7);
    api().get("/repos/acme/web/issues/8").times(3).reply(500);
    await expect(github.issue(REPOSITORY, 8)).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
    expect(nock.pendingMocks().filter((mock) => mock.includes("/issues/"))).toEqual([]);
  });

  it("asks the App's name once", async () => {
    slug();
    expect([await github.appSlug(), await github.appSlug()]).toEqual(["orion-app", "orion-app"]);
  });

  it("finds its own comment by the marker, over pages, and no one else's", async () => {
    slug();
    const path = "/repos/acme/web/issues/7/comments?per_page=100";
    const other = { id: 1, body: "<!-- m -->", user: { login: "mallory" }, performed_via_github_app: null };
    const otherApp = { id: 2, body: "<!-- m -->", user: { login: "x[bot]" }, performed_via_github_app: { id: 43 } };
    const own = {
      id: 3,
      body: "text <!-- m -->",
      user: { login: "orion-app[bot]" },
      performed_via_github_app: { id: 42 },
    };
    api()
      .get(path)
      .times(2)
      .reply(200, [other, otherApp], { link: `<${API}${path}&page=2>; rel="next"` })
      .get(`${path}&page=2`)
      .times(2)
      .reply(200, [own]);
    expect(await github.findComment(REPOSITORY, 7, "<!-- m -->")).toBe(3);
    expect(await github.findComment(REPOSITORY, 7, "<!-- n -->")).toBeNull();
  });

  it("tells the default branch, its head, and whether rules guard it", async () => {
    const rules = (types: string[]) => types.map((type) => ({ type }));
    const answer = (held: object, status = 200, guarded = false) => {
      api().get("/repos/acme/web").reply(200, { default_branch: "master" });
      api()
        .get("/repos/acme/web/branches/master")
        .reply(200, { name: "master", commit: { sha: "a1" }, protected: guarded });
      api().get("/repos/acme/web/rules/branches/master?per_page=100").reply(status, held);
      return github.defaultBranch(REPOSITORY);
    };
    const guard = ["pull_request", "non_fast_forward", "deletion"];
    expect(await answer(rules(guard))).toEqual({ name: "master", sha: "a1", protected: true });
    expect((await answer(rules(guard.slice(1)))).protected).toBe(false);
    expect((await answer([], 200, true)).protected).toBe(true);
    expect((await answer({ message: "Not Found" }, 404)).protected).toBe(false);
  });

  it("gives the line comments of a review", async () => {
    const line = { id: 1, path: "a.ts", line: null, original_line: 4, body: "no", user: { id: 2, login: "bob" } };
    api().get("/repos/acme/web/pulls/31/reviews/8/comments?per_page=100").reply(200, [line]);
    expect(await github.reviewComments(REPOSITORY, 31, 8)).toEqual([
      { id: 1, path: "a.ts", line: 4, body: "no", author: { id: 2, login: "bob" } },
    ]);
  });
});

describe("writing", () => {
  beforeEach(() => mints());

  it("passes every text through the redaction", async () => {
    const sent: unknown[] = [];
    const keep = (reply: object) => async (request: Request) => {
      sent.push(await request.json());
      return reply;
    };
    api()
      .post("/repos/acme/web/issues/7/comments")
      .reply(201, keep({ id: 1 }));
    api()
      .patch("/repos/acme/web/issues/comments/1")
      .reply(200, keep({ id: 1 }));
    api().post("/repos/acme/web/pulls").reply(201, keep(pull));
    api().patch("/repos/acme/web/pulls/31").reply(200, keep(pull));
    api()
      .get(/check-runs/)
      .reply(200, { total_count: 0, check_runs: [] });
    api()
      .post("/repos/acme/web/check-runs")
      .reply(201, keep({ id: 9 }));
    const leak = "the password is hunter2";
    await github.createComment(REPOSITORY, 7, leak);
    await github.editComment(REPOSITORY, 1, leak);
    await github.openPull(REPOSITORY, { head: "feature/x", base: "master", title: leak, body: leak, draft: true });
    await github.editPull(REPOSITORY, 31, { title: leak, body: leak });
    await github.putCheck(REPOSITORY, { ...check, title: leak, summary: leak });
    expect(sent).toHaveLength(5);
    expect(JSON.stringify(sent)).not.toContain("hunter2");
    expect(JSON.stringify(sent).match(/\[redacted\]/g)).toHaveLength(8);
  });

  it.each([
    ["issue", "/repos/acme/web/issues/5/reactions"],
    ["comment", "/repos/acme/web/issues/comments/5/reactions"],
    ["review-comment", "/repos/acme/web/pulls/comments/5/reactions"],
  ] as const)("reacts to the kind %s where it stands", async (kind, path) => {
    api().post(path, { content: "eyes" }).reply(200, { id: 1 });
    await github.react(REPOSITORY, { kind, id: 5 }, "eyes");
  });

  it.each([500, 502, 503])("is sent once when GitHub answers %i, for it may have been done", async (status) => {
    api().post("/repos/acme/web/issues/7/comments").reply(status);
    await expect(github.createComment(REPOSITORY, 7, "x")).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
  });

  it("is sent once when the line breaks", async () => {
    api().post("/repos/acme/web/issues/7/comments").replyWithError("reset");
    await expect(github.createComment(REPOSITORY, 7, "x")).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
  });

  it("gives the pull request that is there when it cannot open a second", async () => {
    api()
      .post("/repos/acme/web/pulls")
      .reply(422, { message: "Validation Failed", errors: [{ message: "already exists" }] });
    api()
      .get("/repos/acme/web/pulls?head=acme%3Afeature%2Fx&base=master&state=all&per_page=100")
      .reply(200, [
        { ...pull, number: 30, state: "closed" },
        { ...pull, number: 29, head: { ref: "other", sha: "b" } },
        pull,
      ]);
    const request = { head: "feature/x", base: "master", title: "t", body: "b", draft: true };
    expect(await github.openPull(REPOSITORY, request)).toEqual({
      number: 31,
      nodeId: "PR_1",
      state: "open",
      merged: false,
      draft: true,
      headRef: "feature/x",
      headSha: "a1",
      baseRef: "master",
      title: "t",
      body: "",
      url: "https://github.com/acme/web/pull/31",
    });
  });

  it("does not take another refusal for a pull request that is there", async () => {
    api().post("/repos/acme/web/pulls").reply(422, { message: "No commits between master and feature/x" });
    api()
      .get(/\/pulls\?/)
      .reply(200, [{ ...pull, state: "closed" }]);
    const request = { head: "feature/x", base: "master", title: "t", body: "b", draft: true };
    await expect(github.openPull(REPOSITORY, request)).rejects.toMatchObject({
      code: "GITHUB_REFUSED",
      message: expect.stringContaining("No commits between"),
    });
  });

  it("puts the check of the same name and id on the commit again, and no other's", async () => {
    const path = "/repos/acme/web/commits/a1/check-runs?check_name=orion%2Fscope&filter=all&per_page=100";
    const run = (id: number, external_id: string, app: number) => ({
      id,
      name: "orion/scope",
      external_id,
      app: { id: app },
    });
    api()
      .get(path)
      .reply(200, { total_count: 2, check_runs: [run(1, "r:1", 43), run(2, "r:0", 42)] });
    api()
      .post("/repos/acme/web/check-runs", (body) => body.head_sha === "a1")
      .reply(201, { id: 3 });
    expect(await github.putCheck(REPOSITORY, check)).toBe(3);
    api()
      .get(path)
      .reply(200, { total_count: 1, check_runs: [run(3, "r:1", 42)] });
    api()
      .patch("/repos/acme/web/check-runs/3", (body) => body.status === "completed" && body.conclusion === "success")
      .reply(200, { id: 3 });
    expect(await github.putCheck(REPOSITORY, { ...check, status: "completed", conclusion: "success" })).toBe(3);
  });

  it("marks a pull request ready by GraphQL, on github.com and on a server of its own", async () => {
    const reply = { data: { markPullRequestReadyForReview: { pullRequest: { isDraft: false } } } };
    const asked = (body: { variables: { id: string } }) => body.variables.id === "PR_1";
    const ready = { ...portPull, draft: true };
    api().post("/graphql", asked).reply(200, reply);
    await github.markReady(REPOSITORY, ready);
    mints(IN_AN_HOUR, "http://git.test");
    nock("http://git.test").post("/api/graphql", asked).reply(200, reply);
    await open("http://git.test/api/v3").markReady(REPOSITORY, ready);
    api()
      .post("/graphql")
      .reply(200, { errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }] });
    await expect(github.markReady(REPOSITORY, ready)).rejects.toMatchObject({
      code: "GITHUB_FORBIDDEN",
      message: expect.stringContaining("contents=write, pull_requests=write"),
    });
  });
});

const pull = {
  number: 31,
  node_id: "PR_1",
  state: "open",
  merged_at: null,
  draft: true,
  head: { ref: "feature/x", sha: "a1" },
  base: { ref: "master" },
  title: "t",
  body: null,
  html_url: "https://github.com/acme/web/pull/31",
};
const portPull = {
  number: 31,
  nodeId: "PR_1",
  state: "open" as const,
  merged: false,
  draft: true,
  headRef: "feature/x",
  headSha: "a1",
  baseRef: "master",
  title: "t",
  body: "",
  url: "",
};
const check = {
  name: "orion/scope",
  headSha: "a1",
  externalId: "r:1",
  status: "in_progress" as const,
  title: "t",
  summary: "s",
};

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
    expect(error).toMatchObject({ code: "RATE_LIMITED" });
    const { retryAtMs } = (error as { facts: { retryAtMs: number } }).facts;
    expect(Math.abs(retryAtMs - before - seconds * 1_000)).toBeLessThan(3_000);
    expect(Date.now() - before).toBeLessThan(900);
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

it("refuses to start with a weak webhook secret, Probot's default among them", () => {
  const options = { appId: 1, privateKey: KEY, baseUrl: API, clean: (text: string) => text, onSecret: () => {} };
  for (const webhookSecret of ["", "development", "x".repeat(31)]) {
    expect(() => githubApp({ ...options, webhookSecret })).toThrow(/at least 32/);
  }
});

describe("the manifest", () => {
  const manifest = parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8"));

  it("asks for every permission the adapter mints and for none that could change what runs with privilege", () => {
    expect(manifest.default_permissions).toEqual({
      metadata: "read",
      contents: "write",
      issues: "write",
      pull_requests: "write",
      checks: "write",
      deployments: "read",
      actions: "read",
    });
    expect(manifest.public).toBe(false);
  });

  it("is told of everything intake parses", () => {
    expect(manifest.default_events).toEqual(
      expect.arrayContaining(["issues", "issue_comment", "pull_request_review", "pull_request_review_comment"]),
    );
  });
});
