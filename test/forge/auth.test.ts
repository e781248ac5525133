import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { APP_ID, makeWorld, PLACE, PRIVATE_KEY } from "./setup.ts";

let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());
afterEach(() => {
  vi.useRealTimers();
});

function jwt(claims: Record<string, unknown>, key: string = PRIVATE_KEY, alg = "RS256"): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg, typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}

const seconds = (): number => Math.floor(Date.now() / 1000);

async function statusOf(path: string, authorization?: string): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization };
  return (await fetch(`${world.forge.apiUrl}${path}`, { headers })).status;
}

async function tokenFor(body: Record<string, unknown>): Promise<string> {
  const options = { installation_id: world.installationId, ...body };
  return (await world.asApp().rest.apps.createInstallationAccessToken(options)).data.token;
}

describe("the App's JSON web token", () => {
  const good = () => ({ iat: seconds() - 30, exp: seconds() + 500, iss: String(APP_ID) });

  it("opens the App's own pages when the App's key signed it", async () => {
    expect(await statusOf("/app", `Bearer ${jwt(good())}`)).toBe(200);
  });

  it("is refused when another key signed it, when it names another App, and when its algorithm is another", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    expect(await statusOf("/app", `Bearer ${jwt(good(), privateKey)}`)).toBe(401);
    expect(await statusOf("/app", `Bearer ${jwt({ ...good(), iss: "1" })}`)).toBe(401);
    expect(await statusOf("/app", `Bearer ${jwt(good(), PRIVATE_KEY, "none")}`)).toBe(401);
  });

  it.each([
    ["has ended", () => ({ exp: seconds() - 1 })],
    ["is of the future", () => ({ iat: seconds() + 300 })],
    ["lives longer than ten minutes", () => ({ exp: seconds() + 3_600 })],
    ["has no end", () => ({ exp: undefined })],
  ])("is refused when it %s", async (_why, claims) => {
    expect(await statusOf("/app", `Bearer ${jwt({ ...good(), ...claims() })}`)).toBe(401);
  });

  it("does not open a repository", async () => {
    expect(await statusOf("/repos/octo/app/issues", `Bearer ${jwt(good())}`)).toBe(404);
  });
});

describe("an installation token", () => {
  it("has GitHub's new shape, which a pattern of 40 characters does not find", async () => {
    expect(await tokenFor({})).toMatch(new RegExp(`^ghs_${APP_ID}_[\\w-]+\\.[\\w-]{200,}\\.[\\w-]{300,}$`));
  });

  it("is refused an hour after it was minted", async () => {
    const token = await tokenFor({});
    expect(await statusOf("/repos/octo/app", `token ${token}`)).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_601_000 });
    expect(await statusOf("/repos/octo/app", `token ${token}`)).toBe(401);
  });

  it("sees only the repositories it was minted for", async () => {
    const other = await world.forge.addRepository({ owner: "octo", name: "other", private: true });
    const token = await tokenFor({ repository_ids: [other.id] });
    expect(await statusOf("/repos/octo/other", `token ${token}`)).toBe(200);
    expect(await statusOf("/repos/octo/app", `token ${token}`)).toBe(404);
    const listed = await fetch(`${world.forge.apiUrl}/installation/repositories`, {
      headers: { authorization: `token ${token}` },
    });
    expect(await listed.json()).toMatchObject({ total_count: 1, repositories: [{ full_name: "octo/other" }] });
  });

  it("may do only what its permissions say, though the App may do more", async () => {
    const token = await tokenFor({ permissions: { contents: "read" } });
    expect(await statusOf("/repos/octo/app/branches", `token ${token}`)).toBe(200);
    const refused = await fetch(`${world.forge.apiUrl}/repos/octo/app/issues`, {
      headers: { authorization: `token ${token}` },
    });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ message: "Resource not accessible by integration", status: "403" });
  });

  it("is not minted for more than the App was given, or for repositories it is not installed on", async () => {
    await world.forge.addRepository({ owner: "octo", name: "bare", installed: false });
    await expect(tokenFor({ permissions: { workflows: "write" } })).rejects.toMatchObject({ status: 422 });
    await expect(tokenFor({ repositories: ["bare"] })).rejects.toMatchObject({ status: 422 });
  });

  it("comments on a pull request with the permission for pull requests, but not on an issue", async () => {
    const issue = await world.person("ada").fileIssue(PLACE, { title: "plain" });
    const authorization = `token ${await tokenFor({ permissions: { pull_requests: "write" } })}`;
    const path = `${world.forge.apiUrl}/repos/octo/app/issues/${issue.number}/comments`;
    const body = JSON.stringify({ body: "hello" });
    expect((await fetch(path, { method: "POST", headers: { authorization }, body })).status).toBe(403);
  });
});

describe("who sees a private repository", () => {
  it.each([
    ["rita", 200],
    ["octo", 200],
    ["stranger", 404],
  ])("%s gets %i", async (login, status) => {
    expect(await statusOf("/repos/octo/app", `token ${world.token(login)}`)).toBe(status);
  });

  it("is hidden from nobody in particular, and a wrong token is a wrong token", async () => {
    expect(await statusOf("/repos/octo/app")).toBe(404);
    expect(await statusOf("/repos/octo/app", "token ghp_wrong")).toBe(401);
  });

  it.each([
    ["ada", "admin", "admin"],
    ["wendy", "write", "write"],
    ["tim", "triage", "read"],
    ["rita", "read", "read"],
    ["stranger", "none", "none"],
  ])("%s has the role %s, which the old word calls %s", async (username, role, word) => {
    const { data } = await world.asInstallation().rest.repos.getCollaboratorPermissionLevel({ ...PLACE, username });
    expect(data).toMatchObject({ role_name: role, permission: word, user: { login: username } });
  });

  it("answers 404 for the role of somebody who does not exist", async () => {
    const asked = world.asInstallation().rest.repos.getCollaboratorPermissionLevel({ ...PLACE, username: "nobody" });
    await expect(asked).rejects.toMatchObject({ status: 404 });
  });
});
