import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cloneOf, commitIn, makeWorld, PLACE } from "./setup.ts";

type Clone = Awaited<ReturnType<typeof cloneOf>>;

let world: Awaited<ReturnType<typeof makeWorld>>;
const clones: Clone[] = [];
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  await Promise.all(clones.splice(0).map((clone) => clone.remove()));
});

async function clone(token: string): Promise<Clone> {
  const made = await cloneOf(world.repository.cloneUrl(token));
  clones.push(made);
  return made;
}

async function appToken(permissions: Record<string, "read" | "write"> = { contents: "write" }): Promise<string> {
  const { data } = await world.asApp().rest.apps.createInstallationAccessToken({
    installation_id: world.installationId,
    repository_ids: [world.repository.id],
    permissions,
  });
  return data.token;
}

describe("who may clone and push", () => {
  it.each(["ada", "rita"])("lets %s clone", async (login) => {
    expect((await clone(world.token(login))).cloned.code).toBe(0);
  });

  it("hides the private repository from strangers and from nobody in particular", async () => {
    expect((await clone(world.token("stranger"))).cloned.out).toContain("not found");
    const made = await cloneOf(world.repository.cloneUrl());
    clones.push(made);
    expect(made.cloned.code).not.toBe(0);
  });

  it("lets writers push a branch, and neither readers nor tokens that only read", async () => {
    for (const [token, code] of [
      [world.token("wendy"), 0],
      [world.token("rita"), 128],
      [world.token("tim"), 128],
      [await appToken({ contents: "read" }), 128],
      [await appToken(), 0],
    ] as const) {
      const at = await clone(token);
      await commitIn(at, "who.txt", token.slice(0, 12));
      expect((await at.git("push", "origin", `HEAD:refs/heads/who-${token.slice(4, 10)}`)).code).toBe(code);
    }
  });
});

describe("the default branch", () => {
  it("is moved by no App, whatever its permissions, and not through any spelling", async () => {
    const at = await clone(await appToken());
    const before = (await at.git("rev-parse", "origin/main")).out.trim();
    await commitIn(at, "app.txt", "app");
    for (const args of [
      ["push", "origin", "HEAD:main"],
      ["push", "origin", "HEAD:refs/heads/main"],
      ["push", "--force", "origin", "HEAD:main"],
      ["push", "origin", ":main"],
      ["push", "--mirror", "origin"],
    ]) {
      await at.git(...args);
      expect((await at.git("ls-remote", "origin", "refs/heads/main")).out).toContain(before);
    }
  });

  it("is pushed to by an admin when it only goes forward, and not by a writer", async () => {
    const writer = await clone(world.token("wendy"));
    await commitIn(writer, "w.txt", "w");
    expect((await writer.git("push", "origin", "HEAD:main")).out).toContain("pull request");
    const admin = await clone(world.token("ada"));
    await commitIn(admin, "a.txt", "a");
    expect((await admin.git("push", "origin", "HEAD:main")).code).toBe(0);
    await admin.git("reset", "--hard", "HEAD~1");
    await commitIn(admin, "b.txt", "b");
    expect((await admin.git("push", "--force", "origin", "HEAD:main")).out).toContain("force-push");
    expect((await admin.git("push", "origin", ":main")).out).toContain("delete");
  });

  it("has the three rules, and a repository without protection has none", async () => {
    const app = world.asInstallation();
    const { data: rules } = await app.rest.repos.getBranchRules({ ...PLACE, branch: "main" });
    expect(rules.map((rule) => rule.type).sort()).toEqual(["deletion", "non_fast_forward", "pull_request"]);
    await world.forge.addRepository({ owner: "octo", name: "open", protected: false, files: { a: "a" } });
    const open = { owner: "octo", repo: "open", branch: "main" };
    expect((await app.rest.repos.getBranchRules(open)).data).toEqual([]);
    expect((await app.rest.repos.getBranch(open)).data.protected).toBe(false);
  });
});

it("refuses workflow files from an App that may not write them, in any commit of the push", async () => {
  const at = await clone(await appToken());
  await commitIn(at, ".github/workflows/ci.yml", "on: push\n");
  await at.git("rm", "-r", "--quiet", ".github");
  await commitIn(at, "other.txt", "x");
  expect((await at.git("push", "origin", "HEAD:refs/heads/feature/wf")).out).toContain("workflow");
  const person = await clone(world.token("wendy"));
  await commitIn(person, ".github/workflows/ci.yml", "on: push\n");
  expect((await person.git("push", "origin", "HEAD:refs/heads/feature/wf")).code).toBe(0);
});

it("accepts a large push, and one at a time from many at once", async () => {
  const at = await clone(world.token("wendy"));
  const big = Array.from({ length: 60_000 }, (_, line) => `${line} ${Math.random()}`).join("\n");
  await commitIn(at, "big.txt", big);
  const pushes = await Promise.all(
    ["one", "two", "three"].map((name) => at.git("push", "origin", `HEAD:refs/heads/many/${name}`)),
  );
  expect(pushes.map((push) => push.code)).toEqual([0, 0, 0]);
  const fetched = await clone(world.token("rita"));
  expect((await fetched.git("show", "origin/many/three:big.txt")).out.length).toBe(big.length);
});

it("tells of a push with its commits, of new and of deleted branches", async () => {
  const at = await clone(world.token("wendy"));
  const first = await commitIn(at, "src/told.txt", "1\n");
  await at.git("push", "origin", "HEAD:refs/heads/told");
  const second = await commitIn(at, "src/told.txt", "2\n");
  await at.git("push", "origin", "HEAD:refs/heads/told");
  await at.git("push", "origin", ":told");
  await world.forge.flush();
  const about = world.listener.heard.filter((one) => /told$/.test(String(one.payload.ref)));
  expect(about.map((one) => one.event)).toEqual(["create", "push", "push", "delete", "push"]);
  expect(about[1]?.payload).toMatchObject({ after: first, created: true, pusher: { name: "wendy" } });
  expect(about[2]?.payload).toMatchObject({
    before: first,
    after: second,
    forced: false,
    commits: [{ id: second, modified: ["src/told.txt"], message: "change src/told.txt" }],
    repository: { full_name: "octo/app", default_branch: "main" },
    sender: { login: "wendy" },
  });
  expect(about[4]?.payload).toMatchObject({ deleted: true, after: "0".repeat(40) });
});

it("reads files, folders, commits, refs and comparisons out of what was pushed", async () => {
  const at = await clone(world.token("wendy"));
  const head = await commitIn(at, "docs/über uns.md", "words\n");
  await at.git("push", "origin", "HEAD:refs/heads/feature/read-me");
  const app = world.asInstallation();
  const ref = "feature/read-me";
  const { data: file } = await app.rest.repos.getContent({ ...PLACE, path: "docs/über uns.md", ref });
  expect(file).toMatchObject({ type: "file", content: "d29yZHMK\n", encoding: "base64" });
  const { data: folder } = await app.rest.repos.getContent({ ...PLACE, path: "docs", ref });
  expect(folder).toMatchObject([{ name: "über uns.md", type: "file" }]);
  await expect(app.rest.repos.getContent({ ...PLACE, path: "nowhere" })).rejects.toMatchObject({ status: 404 });
  const raw = await app.request("GET /repos/{owner}/{repo}/contents/{path}", {
    ...PLACE,
    path: "README.md",
    headers: { accept: "application/vnd.github.raw+json" },
  });
  expect(String(raw.data)).toBe("# app\n");
  expect((await app.rest.git.getRef({ ...PLACE, ref: `heads/${ref}` })).data.object.sha).toBe(head);
  expect((await app.rest.git.listMatchingRefs({ ...PLACE, ref: "heads/feature/read" })).data).toHaveLength(1);
  expect((await app.rest.repos.getCommit({ ...PLACE, ref })).data.stats).toMatchObject({ additions: 1, total: 1 });
  const { data: compared } = await app.rest.repos.compareCommitsWithBasehead({ ...PLACE, basehead: `main...${ref}` });
  expect(compared).toMatchObject({ status: "ahead", ahead_by: 1, files: [{ filename: "docs/über uns.md" }] });
});
