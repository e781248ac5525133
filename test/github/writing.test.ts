import nock from "nock";
import { beforeEach, describe, expect, it } from "vitest";
import { check, portPull, pull } from "./answers.ts";
import { api, github, IN_AN_HOUR, mints, open, paces, REPOSITORY } from "./nock-rig.ts";

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

  it("waits a little for its turn, and sends nothing when its turn is far off", async () => {
    api().post("/repos/acme/web/issues/7/comments").reply(201, { id: 1 });
    paces.push(5, 3);
    expect(await github.createComment(REPOSITORY, 7, "x")).toBe(1);
    expect(paces).toEqual([]);
    paces.push(60_000);
    await expect(github.createComment(REPOSITORY, 7, "x")).rejects.toMatchObject({
      code: "RATE_LIMITED",
      facts: { retryAtMs: expect.any(Number) },
    });
    paces.push(60_000);
    await expect(
      github.openPull(REPOSITORY, { head: "feature/x", base: "master", title: "t", body: "b", draft: true }),
    ).rejects.toMatchObject({ code: "RATE_LIMITED" });
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
      author: "orion-app[bot]",
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
      output: { annotations_count: 0 },
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

  it("annotates fifty lines at a time, and none a second time", async () => {
    const path = "/repos/acme/web/commits/a1/check-runs?check_name=orion%2Fscope&filter=all&per_page=100";
    const annotations = Array.from({ length: 70 }, (_, index) => ({
      ...{ path: "a.sql", line: index + 1, level: "failure" as const, title: "drop", message: "because" },
    }));
    type Sent = { output: { annotations?: { start_line: number }[] } };
    const lines = ({ output }: Sent) => (output.annotations ?? []).map(({ start_line }) => start_line);
    api().get(path).reply(200, { total_count: 0, check_runs: [] });
    api()
      .post("/repos/acme/web/check-runs", (body) => lines(body).length === 50)
      .reply(201, { id: 3 });
    api()
      .patch("/repos/acme/web/check-runs/3", (body) => lines(body).length === 20 && lines(body)[0] === 51)
      .reply(200, { id: 3 });
    expect(await github.putCheck(REPOSITORY, { ...check, annotations })).toBe(3);
    const known = {
      id: 3,
      name: "orion/scope",
      external_id: "r:1",
      app: { id: 42 },
      output: { annotations_count: 70 },
    };
    api()
      .get(path)
      .reply(200, { total_count: 1, check_runs: [known] });
    api()
      .patch("/repos/acme/web/check-runs/3", (body) => lines(body).length === 0)
      .reply(200, { id: 3 });
    expect(await github.putCheck(REPOSITORY, { ...check, annotations })).toBe(3);
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
