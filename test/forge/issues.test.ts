import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeWorld, PLACE } from "./setup.ts";

let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

describe("issues and comments", () => {
  it("lets a reader file an issue, drops the labels they may not set, and tells the App", async () => {
    const { data } = await world.user("rita").rest.issues.create({ ...PLACE, title: "Orion, do", labels: ["orion"] });
    expect(data).toMatchObject({ state: "open", user: { login: "rita" }, labels: [], author_association: "NONE" });
    await world.forge.flush();
    const told = world.listener.heard.findLast((one) => one.event === "issues");
    expect(told?.payload).toMatchObject({
      action: "opened",
      issue: { number: data.number, title: "Orion, do" },
      repository: { full_name: "octo/app", private: true },
      sender: { login: "rita", type: "User" },
      installation: { id: world.installationId },
    });
  });

  it("tells of a label set by one who may, once", async () => {
    const issue = await world.person("rita").fileIssue(PLACE, { title: "label me" });
    await world.person("tim").addLabel(PLACE, Number(issue.number), "orion");
    await world.person("tim").addLabel(PLACE, Number(issue.number), "orion");
    await expect(world.person("rita").addLabel(PLACE, Number(issue.number), "x")).rejects.toThrow("403");
    await world.forge.flush();
    const labelled = world.listener.heard.filter((one) => one.payload.action === "labeled");
    expect(labelled.map((one) => one.payload.label)).toMatchObject([{ name: "orion" }]);
  });

  it("keeps the App and outsiders out of a locked conversation, and nobody who may write", async () => {
    const issue = await world.person("rita").fileIssue(PLACE, { title: "heated" });
    const place = { ...PLACE, issue_number: Number(issue.number) };
    await expect(world.user("rita").rest.issues.lock(place)).rejects.toMatchObject({ status: 403 });
    await world.user("wendy").rest.issues.lock(place);
    const app = world.asInstallation();
    expect((await app.rest.issues.get(place)).data).toMatchObject({ locked: true });
    const refused = { status: 403, message: expect.stringContaining("issue is locked") };
    await expect(app.rest.issues.createComment({ ...place, body: "x" })).rejects.toMatchObject(refused);
    await expect(world.user("rita").rest.issues.createComment({ ...place, body: "x" })).rejects.toMatchObject(refused);
    await world.person("wendy").comment(PLACE, Number(issue.number), "calm down");
    await world.user("wendy").rest.issues.unlock(place);
    await app.rest.issues.createComment({ ...place, body: "x" });
    await world.forge.flush();
    const told = world.listener.heard.filter((one) => one.event === "issues").map((one) => one.payload.action);
    expect(told.slice(-2)).toEqual(["locked", "unlocked"]);
  });

  it("comments as the App's bot, edits in place, and lists what changed since", async () => {
    const app = world.asInstallation();
    const issue = await world.person("ada").fileIssue(PLACE, { title: "talk" });
    const place = { ...PLACE, issue_number: Number(issue.number) };
    const { data: comment } = await app.rest.issues.createComment({ ...place, body: "one" });
    expect(comment).toMatchObject({ body: "one", user: { login: "orion[bot]", type: "Bot" } });
    expect(comment.performed_via_github_app?.slug).toBe("orion");
    await app.rest.issues.updateComment({ ...PLACE, comment_id: comment.id, body: "two" });
    const { data: listed } = await app.rest.issues.listComments(place);
    expect(listed.map((one) => one.body)).toEqual(["two"]);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await app.rest.issues.listComments({ ...place, since: later })).data).toEqual([]);
    await app.rest.issues.deleteComment({ ...PLACE, comment_id: comment.id });
    await expect(app.rest.issues.getComment({ ...PLACE, comment_id: comment.id })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("lets writers edit the comments of others, and readers only their own", async () => {
    const issue = await world.person("ada").fileIssue(PLACE, { title: "edit" });
    const comment = await world.person("rita").comment(PLACE, Number(issue.number), "mine");
    await world.person("rita").editComment(PLACE, comment.id, "still mine");
    await world.person("wendy").editComment(PLACE, comment.id, "not yours");
    await expect(world.person("tim").editComment(PLACE, comment.id, "no")).rejects.toThrow("403");
    await world.forge.flush();
    const edits = world.listener.heard.filter(
      (one) => one.event === "issue_comment" && one.payload.action === "edited",
    );
    expect(edits.at(-1)?.payload).toMatchObject({
      changes: { body: { from: "still mine" } },
      sender: { login: "wendy" },
    });
  });

  it("gives long lists page by page, with links that lead through all of them", async () => {
    const issue = await world.person("ada").fileIssue(PLACE, { title: "many" });
    for (let count = 0; count < 7; count += 1) {
      await world.person("ada").comment(PLACE, Number(issue.number), `comment ${count}`);
    }
    const app = world.asInstallation();
    const place = { ...PLACE, issue_number: Number(issue.number), per_page: 3 };
    const first = await app.rest.issues.listComments(place);
    expect(first.headers.link).toContain('rel="next"');
    const all = await app.paginate(app.rest.issues.listComments, place);
    expect(all.map((one) => one.body)).toEqual(Array.from({ length: 7 }, (_, count) => `comment ${count}`));
  });

  it("closes and opens an issue again, and says who did", async () => {
    const issue = await world.person("ada").fileIssue(PLACE, { title: "close" });
    const place = { ...PLACE, issue_number: Number(issue.number) };
    const { data: closed } = await world.user("ada").rest.issues.update({ ...place, state: "closed" });
    expect(closed).toMatchObject({ state: "closed", state_reason: "completed", closed_by: { login: "ada" } });
    const { data: opened } = await world.user("tim").rest.issues.update({ ...place, state: "open" });
    expect(opened).toMatchObject({ state: "open", state_reason: "reopened", closed_at: null });
    await expect(world.user("rita").rest.issues.update({ ...place, title: "no" })).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe("reactions", () => {
  it("answers 201 the first time and 200 with the same reaction after", async () => {
    const app = world.asInstallation();
    const issue = await world.person("ada").fileIssue(PLACE, { title: "react" });
    const subject = { ...PLACE, issue_number: Number(issue.number), content: "eyes" as const };
    const first = await app.rest.reactions.createForIssue(subject);
    const second = await app.rest.reactions.createForIssue(subject);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.data.id).toBe(first.data.id);
    await world.user("ada").rest.reactions.createForIssue(subject);
    const { data: listed } = await app.rest.reactions.listForIssue(subject);
    expect(listed.map((one) => one.user?.login)).toEqual(["orion[bot]", "ada"]);
    const { data: counted } = await app.rest.issues.get({ ...PLACE, issue_number: Number(issue.number) });
    expect(counted.reactions).toMatchObject({ eyes: 2, total_count: 2 });
  });

  it("takes back one's own and nobody else's", async () => {
    const issue = await world.person("ada").fileIssue(PLACE, { title: "unreact" });
    const comment = await world.person("ada").comment(PLACE, Number(issue.number), "hi");
    const subject = { ...PLACE, comment_id: comment.id };
    const app = world.asInstallation();
    const { data } = await app.rest.reactions.createForIssueComment({ ...subject, content: "rocket" });
    const remove = { ...subject, reaction_id: data.id };
    await expect(world.user("ada").rest.reactions.deleteForIssueComment(remove)).rejects.toMatchObject({ status: 404 });
    await app.rest.reactions.deleteForIssueComment(remove);
    expect((await app.rest.reactions.listForIssueComment(subject)).data).toEqual([]);
  });
});

describe("what GitHub's description checks", () => {
  it.each([
    ["a body that lacks what is required", "POST", "/repos/octo/app/issues", { body: "no title" }],
    ["a field of the wrong type", "POST", "/repos/octo/app/issues", { title: "x", body: 3 }],
    ["a field it does not know", "POST", "/repos/octo/app/issues", { title: "x", colour: "red" }],
    ["a parameter it does not know", "GET", "/repos/octo/app/issues?stat=all", undefined],
    ["a value out of its list", "GET", "/repos/octo/app/issues?state=gone", undefined],
    ["a reaction there is not", "POST", "/repos/octo/app/issues/1/reactions", { content: "tada" }],
  ])("refuses %s with 422", async (_what, method, path, body) => {
    await expect(world.person("ada").call(method, path, body)).rejects.toThrow("answered 422");
  });

  it("answers 400 to what is no JSON, and 404 to what the forge does not serve", async () => {
    const headers = { authorization: `token ${world.token("ada")}` };
    const broken = await fetch(`${world.forge.apiUrl}/repos/octo/app/issues`, { method: "POST", headers, body: "{" });
    expect(broken.status).toBe(400);
    await expect(world.person("ada").call("GET", "/repos/octo/app/actions/runs")).rejects.toThrow("answered 404");
  });

  it("serves the same under the plain prefix", async () => {
    const headers = { authorization: `token ${world.token("ada")}` };
    const plain = await fetch(`${world.forge.url}/repos/octo/app/issues/1`, { headers });
    expect(await plain.json()).toMatchObject({ number: 1 });
  });
});

it("shows what people wrote as text on its pages", async () => {
  const issue = await world.person("ada").fileIssue(PLACE, { title: "<script>1</script>", body: "a < b" });
  const page = await (await fetch(`${world.forge.url}/octo/app/issues/${issue.number}`)).text();
  expect(page).toContain("&lt;script&gt;1&lt;/script&gt;");
  expect(page).not.toContain("<script>");
});
