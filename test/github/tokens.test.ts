import nock from "nock";
import { describe, expect, it } from "vitest";
import { issue } from "./answers.ts";
import { API, api, github, IN_AN_HOUR, minted, mints, open, REPOSITORY, secrets } from "./nock-rig.ts";

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
