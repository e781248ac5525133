import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Door, openDoor, PLACE } from "./at-the-door.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
}, 60_000);
afterAll(() => door.close());

type Reactions = { readonly content: string; readonly user: { readonly login: string } }[];
const reactions = async (path: string) => {
  const found = (await door.person("acme").call("GET", `/repos/acme/web/issues${path}/reactions`)) as Reactions;
  return found.filter((one) => one.user.login === "orion-app[bot]").map((one) => one.content);
};
const task = (issue: number) => door.store.taskByIssue(door.repository.id, issue);
const comments = async (issue: number) =>
  (await door.person("acme").call("GET", `/repos/acme/web/issues/${issue}/comments`)) as { id: number; body: string }[];

describe("from an issue on GitHub to a queued run", () => {
  it("a writer's issue gets 👀, a task and a run", async () => {
    const { number = 0 } = await door
      .person("ada")
      .fileIssue(PLACE, { title: "Orion, add SlackTool", body: "Please." });
    await door.settled();
    expect(await reactions(`/${number}`)).toEqual(["eyes"]);
    const found = await task(number);
    expect(found).toMatchObject({ title: "Orion, add SlackTool", requester: { login: "ada" } });
    expect(await door.store.runsOf(found?.id ?? "")).toHaveLength(1);
    expect(await comments(number)).toEqual([]);
  });

  it("the 👀 is there within two seconds of the issue", async () => {
    const started = Date.now();
    const { number = 0 } = await door.person("ada").fileIssue(PLACE, { title: "Orion, add FaxTool" });
    await door.settled();
    expect(await reactions(`/${number}`)).toEqual(["eyes"]);
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it("a reader's issue gets 👎 and nothing else", async () => {
    const { number = 0 } = await door.person("bob").fileIssue(PLACE, { title: "Orion, give me the keys" });
    await door.settled();
    expect(await reactions(`/${number}`)).toEqual(["-1"]);
    expect([await task(number), await comments(number)]).toEqual([null, []]);
  });

  it("a redelivered webhook changes nothing", async () => {
    const { number = 0 } = await door.person("ada").fileIssue(PLACE, { title: "Orion, add EmailTool" });
    await door.settled();
    const issue = (payload: unknown) => (payload as { issue?: { number?: number } }).issue?.number === number;
    const told = door.forge.deliveries().find((one) => one.event === "issues" && issue(one.payload));
    door.forge.redeliver(told?.guid ?? "");
    await door.forge.flush();
    expect(await door.store.runsOf((await task(number))?.id ?? "")).toHaveLength(1);
    expect(await reactions(`/${number}`)).toEqual(["eyes"]);
  });

  it("a command by a reader gets 👎 and one line, its answer wakes nobody", async () => {
    const { number = 0 } = await door.person("ada").fileIssue(PLACE, { title: "Just a note" });
    const { id } = await door.person("bob").comment(PLACE, number, "/orion go do it");
    await door.settled();
    expect(await reactions(`/comments/${id}`)).toEqual(["-1"]);
    expect(await comments(number)).toHaveLength(2);
    expect(await task(number)).toBeNull();
  });

  it("a writer's label on a reader's issue does not make its words Orion's", async () => {
    const { number = 0 } = await door.person("bob").fileIssue(PLACE, { title: "Add it" });
    await door.person("ada").addLabel(PLACE, number, "orion");
    await door.settled();
    expect(await reactions(`/${number}`)).toEqual(["-1"]);
    expect(await task(number)).toBeNull();
  });
});

describe("the adapter against a server with real git", () => {
  it("tells the default branch and that it is protected", async () => {
    expect(await door.github.defaultBranch(door.repository)).toEqual({
      name: "main",
      sha: expect.stringMatching(/^[0-9a-f]{40}$/),
      protected: true,
    });
  });

  it("knows roles", async () => {
    const { github, repository } = door;
    const roles = await Promise.all(["acme", "ada", "bob", "nobody"].map((login) => github.role(repository, login)));
    expect(roles).toEqual(["admin", "write", "read", "none"]);
  });

  it("writes a comment, finds it by its marker, and edits it", async () => {
    const { github, repository } = door;
    const { number = 0 } = await door.person("ada").fileIssue(PLACE, { title: "A place to talk" });
    await door.person("ada").comment(PLACE, number, "not yours <!-- orion:x -->");
    const id = await github.createComment(repository, number, "one <!-- orion:x -->");
    expect(await github.findComment(repository, number, "<!-- orion:x -->")).toBe(id);
    await github.editComment(repository, id, "two <!-- orion:x -->");
    expect((await comments(number)).find((comment) => comment.id === id)?.body).toBe("two <!-- orion:x -->");
    expect((await github.issue(repository, number)).author.login).toBe("ada");
  });

  it("opens a pull request once, checks it once, and marks it ready", async () => {
    const { github, repository } = door;
    const ada = door.person("ada");
    await door.push("ada", "feature/x", "x.txt");
    expect(await github.findPull(repository, "feature/x", "main")).toBeNull();
    const wanted = { head: "feature/x", base: "main", title: "X", body: "b", draft: true };
    const pull = await github.openPull(repository, wanted);
    expect(await github.openPull(repository, wanted)).toEqual(pull);
    await github.editPull(repository, pull.number, { title: "Y" });
    await github.markReady(repository, pull);
    expect(await github.pull(repository, pull.number)).toMatchObject({
      title: "Y",
      draft: false,
      headRef: "feature/x",
    });
    const check = { name: "orion/scope", headSha: pull.headSha, externalId: "r:1", title: "t", summary: "s" };
    const id = await github.putCheck(repository, { ...check, status: "in_progress" });
    expect(await github.putCheck(repository, { ...check, status: "completed", conclusion: "success" })).toBe(id);
    const { id: review } = await ada.review(PLACE, pull.number, {
      event: "REQUEST_CHANGES",
      body: "No.",
      comments: [{ path: "x.txt", line: 1, body: "Why x?" }],
    });
    expect(await github.reviewComments(repository, pull.number)).toMatchObject([
      { review, path: "x.txt", line: 1, side: "RIGHT", body: "Why x?", inReplyTo: null, author: { login: "ada" } },
    ]);
  });

  it("answers in a thread, finds the answer again, and resolves that thread only", async () => {
    const { github, repository } = door;
    const ada = door.person("ada");
    const number = (await github.findPull(repository, "feature/x", "main"))?.number ?? 0;
    const comments = Array.from({ length: 103 }, (_, index) => ({ path: "x.txt", line: 1, body: `Point ${index}.` }));
    await ada.review(PLACE, number, { event: "REQUEST_CHANGES", body: "Many.", comments });
    const all = await github.reviewComments(repository, number);
    expect(all.slice(-103).map(({ body }) => body)).toEqual(comments.map(({ body }) => body));
    const last = all.at(-1)?.id ?? 0;
    expect(await github.findReply(repository, number, "<!-- m -->")).toBeNull();
    await ada.reply(PLACE, number, last, "not Orion's <!-- m -->");
    const reply = await github.replyInThread(repository, number, last, "Done <!-- m -->");
    expect(await github.findReply(repository, number, "<!-- m -->")).toBe(reply);
    expect((await github.reviewComments(repository, number)).at(-1)).toMatchObject({ id: reply, inReplyTo: last });
    const thread = await github.thread(repository, number, last);
    expect(thread).toMatchObject({ resolved: false });
    await github.resolveThread(repository, thread?.id ?? "");
    expect(await github.thread(repository, number, last)).toEqual({ ...thread, resolved: true });
    expect(await github.thread(repository, number, all[0]?.id ?? 0)).toMatchObject({ resolved: false });
    expect(await github.thread(repository, number, 1)).toBeNull();
    await expect(github.replyInThread(repository, number, 1, "Done")).rejects.toMatchObject({
      code: "GITHUB_NOT_FOUND",
    });
  });
});
