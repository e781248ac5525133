import nock from "nock";
import { beforeEach, describe, expect, it } from "vitest";
import { issue } from "./answers.ts";
import { API, api, github, minted, mints, REPOSITORY, slug } from "./nock-rig.ts";

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

  it("gives the line comments of a pull request, those on lines that are gone, too", async () => {
    const facts = {
      path: "a.ts",
      side: "LEFT",
      commit_id: "c2",
      original_commit_id: "c1",
      diff_hunk: "@@",
      body: "no",
    };
    const gone = { id: 1, pull_request_review_id: 8, line: null, original_line: 4, user: { id: 2, login: "bob" } };
    const file = { id: 2, pull_request_review_id: null, in_reply_to_id: 1, user: null };
    const path = "/repos/acme/web/pulls/31/comments?per_page=100";
    api()
      .get(path)
      .reply(200, [{ ...facts, ...gone }], { link: `<${API}${path}&page=2>; rel="next"` })
      .get(`${path}&page=2`)
      .reply(200, [{ ...facts, ...file }]);
    const same = { path: "a.ts", line: null, startLine: null, originalStartLine: null, side: "LEFT", hunk: "@@" };
    const commits = { commit: "c2", originalCommit: "c1", body: "no" };
    expect(await github.reviewComments(REPOSITORY, 31)).toEqual([
      { ...same, ...commits, id: 1, review: 8, inReplyTo: null, originalLine: 4, author: { id: 2, login: "bob" } },
      { ...same, ...commits, id: 2, review: null, inReplyTo: 1, originalLine: null, author: null },
    ]);
  });
});
