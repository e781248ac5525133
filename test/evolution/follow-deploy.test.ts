import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OrionError } from "../../src/domain/errors.ts";
import type { Deploy } from "../../src/domain/ports/store/evolution-store.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { openTestStore } from "../support/postgres.ts";
import { openRig } from "./follow-rig.ts";

let store: Store;
let sql: pg.Client;
let close: () => Promise<void>;
let rig: ReturnType<typeof openRig>;

beforeEach(async () => {
  const opened = await openTestStore();
  ({ store, close } = opened);
  rig = openRig(store);
  sql = new pg.Client({ connectionString: opened.connectionString });
  await sql.connect();
});
afterEach(async () => {
  await sql.end();
  await close();
});

const statusOf = async ({ id }: Deploy) => (await store.deploy(id))?.status;
const ago = ({ id }: Deploy, span: string) =>
  sql.query(`UPDATE "Deploy" SET "createdAt" = now() - $2::interval WHERE id = $1`, [id, span]);

describe("several pull requests that go live in one deploy", () => {
  it("have an announcement each, though none of their commits was deployed by itself", async () => {
    const [one, two] = [await rig.merges("ab", 1), await rig.merges("abc", 2)];
    await rig.boots("a");
    rig.hostTells("abcd live", "ab canceled", "a replaced");
    expect(await rig.follow(one)).toBe("LOOKS_ON");
    await rig.boots("abcd");
    for (const deploy of [one, two]) expect(await rig.follow(deploy)).toBe("LATER");
    expect(rig.comments.map(({ issue, body }) => [issue, body.includes("Live: v1.0.4 (abcd)")])).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(rig.notified).toEqual(["#1", "#2"]);
  });

  it("are told whole and once, wherever the worker dies", async () => {
    const deploy = await rig.merges("ab", 1);
    await rig.boots("ab");
    rig.hostTells("ab live");
    for (const step of ["createComment", "refresh", "notify"]) {
      rig.fails.set(step, new Error(`killed at ${step}`));
      expect(await rig.follow(deploy)).toBe(`Error: killed at ${step}`);
    }
    for (const _ of [1, 2]) expect(await rig.follow(deploy)).toBe("LATER");
    expect(rig.comments).toHaveLength(1);
    expect(rig.notified).toEqual(["#1"]);
    expect(await statusOf(deploy)).toBe("live");
  });

  it("are told the same by whoever goes on, though the host has moved on", async () => {
    const deploy = await rig.merges("ab", 1);
    await rig.boots("ab");
    rig.hostTells("ab live");
    rig.fails.set("notify", new Error("killed"));
    await rig.follow(deploy);
    rig.hostTells();
    expect(await rig.follow(deploy)).toBe("LATER");
    expect(rig.notified).toEqual(["#1"]);
    expect(rig.comments.map(({ body }) => body.includes("Live: v"))).toEqual([true]);
  });
});

describe("a version that the host goes back from", () => {
  it("is not called live any more, and what undoes it is opened once", async () => {
    const deploy = await rig.merges("ab", 1);
    for (const commit of ["a", "ab"]) await rig.boots(commit);
    rig.hostTells("ab live", "a replaced");
    expect(await rig.follow(deploy)).toBe("LATER");
    rig.hostTells("a live rollback", "ab replaced", "a replaced");
    for (const _ of [1, 2]) expect(await rig.follow(deploy)).toBeNull();
    expect(rig.comments).toHaveLength(1);
    expect(rig.comments[0]?.body).toMatch(/ab is not live any more.*v1\.0\.1 \(a\)[\s\S]*#91/);
    expect(rig.reverted).toEqual([1]);
    expect(await statusOf(deploy)).toBe("failed");
  });

  it("is watched for an hour", async () => {
    const deploy = await rig.merges("ab", 1);
    await rig.boots("ab");
    rig.hostTells("ab live");
    await rig.follow(deploy);
    await sql.query(`UPDATE "Deploy" SET "endedAt" = now() - interval '61 minutes'`);
    expect(await rig.follow(deploy)).toBeNull();
  });

  it("is told as failed when it was never announced", async () => {
    const deploy = await rig.merges("ab", 1);
    for (const commit of ["a", "ab"]) await rig.boots(commit);
    rig.hostTells("a live rollback", "ab replaced", "a replaced");
    expect(await rig.follow(deploy)).toBeNull();
    expect(rig.comments[0]?.body).not.toContain("Live: v");
  });
});

describe("a deploy that fails", () => {
  it("names what keeps serving, not the version that failed after it was ready", async () => {
    const deploy = await rig.merges("ab", 1);
    for (const commit of ["a", "ab"]) await rig.boots(commit);
    rig.hostTells("ab failed", "a live");
    expect(await rig.follow(deploy)).toBeNull();
    expect(rig.comments[0]?.body).toContain("v1.0.1 (a) keeps serving");
  });

  it("is told though nothing that undoes it can be made", async () => {
    const deploy = await rig.merges("ab", 1);
    rig.hostTells("ab failed", "a live");
    rig.fails.set("revert", new OrionError("GITHUB_UNAVAILABLE", "away"));
    expect(await rig.follow(deploy)).toBe("GITHUB_UNAVAILABLE");
    rig.fails.set("revert", new Error("conflict of a new kind"));
    expect(await rig.follow(deploy)).toBeNull();
    expect(rig.comments[0]?.body).toMatch(/failed[\s\S]*could not prepare[\s\S]*kill-switch/);
  });

  it("ends though people closed the conversation", async () => {
    const deploy = await rig.merges("ab", 1);
    rig.hostTells("ab failed", "a live");
    rig.fails.set("createComment", new OrionError("GITHUB_FORBIDDEN", "locked"));
    expect(await rig.follow(deploy)).toBeNull();
    expect(await statusOf(deploy)).toBe("failed");
  });
});

describe("a deploy that nobody sees", () => {
  it("is looked for seldom, leaves its place to others, and is told once with where to look", async () => {
    const deploy = await rig.merges("ab", 1);
    rig.hostTells("a live");
    expect(await rig.follow(deploy)).toBe("LOOKS_ON");
    expect(rig.comments).toEqual([]);
    await ago(deploy, "20 minutes");
    for (const _ of [1, 2]) expect(await rig.follow(deploy)).toBe("LATER");
    expect(rig.comments.map(({ body }) => body.split("\n")[1])).toEqual([
      expect.stringContaining("Is auto-deploy off?"),
    ]);
    // somebody deploys it by hand, an hour later
    await rig.boots("ab");
    rig.hostTells("ab live api", "a replaced");
    await rig.follow(deploy);
    expect(rig.comments.map(({ body }) => body.includes("Live: v"))).toEqual([true]);
  });

  it("since the host does not answer for an hour is told when it does", async () => {
    const deploy = await rig.merges("ab", 1);
    await ago(deploy, "1 hour");
    for (const _ of [1, 2]) {
      rig.fails.set("host", new OrionError("HOST_UNAVAILABLE", "the deploy host did not answer"));
      expect(await rig.follow(deploy)).toBe("LATER");
    }
    expect(rig.comments.map(({ body }) => body)).toEqual([expect.stringContaining("the deploy host did not answer")]);
    await rig.boots("ab");
    rig.hostTells("ab live");
    await rig.follow(deploy);
    expect(rig.comments.map(({ body }) => body.includes("Live: v"))).toEqual([true]);
  });

  it("for two weeks is looked for no more", async () => {
    const deploy = await rig.merges("ab", 1);
    await ago(deploy, "15 days");
    expect(await rig.follow(deploy)).toBeNull();
  });

  it("since nobody deploys for Orion is live with any ready Orion that holds it", async () => {
    const deploy = await rig.merges("ab", 1);
    await rig.boots("a");
    expect(await rig.follow(deploy, { host: null })).toBe("LOOKS_ON");
    await rig.boots("abc");
    expect(await rig.follow(deploy, { host: null })).toBeNull();
    expect(rig.comments[0]?.body).toContain("Live: v1.0.3 (abc)");
  });
});
