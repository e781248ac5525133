/** `plan` and `approve`: who may, what they start, what they are a yes to. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/domain/task.ts";
import { deliver, handle, hub, opened, proposed, runs, settings, store, task } from "./intake-rig.ts";
import { bob, commentPayload, issuesPayload, reviewPayload } from "./payload-maker.ts";

const HASH = "ab12cd34ef".padEnd(64, "0");
const SHOWN_AS = 550;
const command = (words: string, id: number, more: object = {}) =>
  deliver("issue_comment", commentPayload(words, { id, ...more }));
const lastComment = () => hub.comments.at(-1)?.body;

/** The first run waits for a yes to a plan that comment 550 shows. */
async function waiting(must = false): Promise<Run> {
  await deliver("issues", opened);
  const [run] = await runs();
  if (run === undefined) throw new Error("no run was started");
  await store.claimRun(run.id);
  const fence = { runId: run.id, attempt: 1 };
  await store.updateRun(fence, { planShown: { revision: 1, hash: HASH, comment: SHOWN_AS, must } });
  await store.awaitApproval(fence);
  hub.reactions.length = 0;
  return run;
}
const approved = () => store.approvalOf({ repositoryId: 900, kind: "plan", subject: HASH });

describe("`plan`", () => {
  it("starts a run that stops for approval, with the issue's words when it comes alone", async () => {
    await command("/orion plan", 500);
    expect(await runs()).toMatchObject([
      { kind: "first", approval: "asked", text: "Add SlackTool\n\nIt sends messages." },
    ]);
    expect(await task()).toMatchObject({ adopted: false, requester: { login: "ada" } });
    expect(hub.reactions).toEqual(["eyes comment:500"]);
    expect(hub.comments).toEqual([]);
  });

  it("starts one however often its webhook comes", async () => {
    const guid = await command("/orion plan only for texts", 500);
    for (let time = 0; time < 4; time += 1) await handle(guid);
    await command("/orion plan only for texts", 500);
    expect(await runs()).toMatchObject([{ approval: "asked", text: "only for texts" }]);
  });

  it.each([
    ["an outsider", bob],
    ["a deleted account", null],
  ])("takes on the issue of %s, and a later yes to work stays needed", async (_, user) => {
    await command("/orion go", 500, { issue: { user } });
    expect(await task()).toBeNull();
    expect(hub.reactions).toEqual(["-1 comment:500"]);
    await command("/orion plan", 501, { issue: { user } });
    expect(await task()).toMatchObject({ adopted: true, requester: { login: "ada" } });
    expect(await runs()).toMatchObject([
      { requestedBy: { login: "ada" }, text: "Add SlackTool\n\nIt sends messages." },
    ]);
  });

  it("takes on an outsider's words also for a task that began with others", async () => {
    await command("/orion plan only for texts", 500, { issue: { user: bob } });
    expect(await task()).toMatchObject({ adopted: false, request: "only for texts" });
    await command("/orion plan", 501, { issue: { user: bob } });
    expect(await task()).toMatchObject({ adopted: true, request: "Add SlackTool\n\nIt sends messages." });
  });

  it("by an outsider on their own issue is refused", async () => {
    await command("/orion plan", 500, { sender: bob, issue: { user: bob } });
    expect([await task(), hub.reactions]).toEqual([null, ["-1 comment:500"]]);
  });

  it("makes a run that still plans stop for approval, with the new words", async () => {
    await deliver("issues", opened);
    await command("/orion plan only for texts", 500);
    expect(await runs()).toMatchObject([{ approval: "asked" }]);
    expect(await store.remarks((await task())?.id ?? "")).toMatchObject([{ comment: 500, text: "only for texts" }]);
  });

  it("is too late when the work has begun", async () => {
    await deliver("issues", opened);
    const [run] = await runs();
    await store.claimRun(run?.id ?? "");
    await store.updateRun({ runId: run?.id ?? "", attempt: 1 }, { stage: "red" });
    await command("/orion plan only for texts", 500);
    expect(lastComment()).toContain("at work on this already");
    expect(await store.remarks((await task())?.id ?? "")).toEqual([]);
  });

  it("on a pull request needs words, and plans a fix with them", async () => {
    const taskId = await proposed();
    await command("/orion plan", 500);
    expect(lastComment()).toContain("`/orion plan <text>`");
    await command("/orion plan the name", 501);
    expect((await store.runsOf(taskId)).slice(1)).toMatchObject([{ kind: "fix", approval: "asked", text: "the name" }]);
  });

  it("is kept in mind by `retry`", async () => {
    await command("/orion plan", 500);
    const [run] = await runs();
    await store.claimRun(run?.id ?? "");
    await store.updateRun({ runId: run?.id ?? "", attempt: 1 }, { status: "failed" });
    await command("/orion retry", 501);
    expect(await runs()).toMatchObject([{}, { status: "queued", approval: "asked" }]);
  });
});

describe("`approve`", () => {
  it("queues exactly the plan that was shown, once, and says nothing more", async () => {
    await waiting();
    const guid = await command("/orion approve", 600);
    for (let time = 0; time < 4; time += 1) await handle(guid);
    expect(await approved()).toMatchObject({ login: "ada" });
    expect(await runs()).toMatchObject([{ status: "queued" }]);
    expect(hub.reactions).toEqual(["eyes comment:600", "rocket comment:600"]);
    expect(hub.comments).toEqual([]);
  });

  it("is answered the same when its worker died and the work has begun", async () => {
    const { id } = await waiting();
    const guid = randomUUID();
    hub.failAfter.set("react", new Error("gone"));
    await expect(deliver("issue_comment", commentPayload("/orion approve", { id: 600 }), guid)).rejects.toThrow("gone");
    await handle(guid);
    await store.claimRun(id);
    await store.updateRun({ runId: id, attempt: 2 }, { stage: "red" });
    await handle(guid);
    expect(hub.comments).toEqual([]);
  });

  it.each([
    ["written before the plan was shown", "/orion approve", SHOWN_AS - 1],
    ["for another plan", "/orion approve ffffffff", 600],
  ])("%s counts for nothing", async (_, words, id) => {
    await waiting();
    await command(words, id);
    expect(await approved()).toBeNull();
    expect(await runs()).toMatchObject([{ status: "waiting" }]);
    expect(lastComment()).toContain("Read the newest one");
    expect(hub.reactions).toContain(`confused comment:${id}`);
  });

  it("in a review, which has no place among the comments, needs the hash", async () => {
    const { taskId } = await waiting();
    await store.updateTask(taskId, { pullRequest: 31 });
    await deliver("pull_request_review", reviewPayload("commented", "/orion approve"));
    expect(await approved()).toBeNull();
    await deliver("pull_request_review", reviewPayload("commented", `/orion approve ${HASH.slice(0, 10)}`));
    expect(await approved()).not.toBeNull();
  });

  it("with the beginning of the hash means that plan", async () => {
    await waiting();
    await command(`/orion approve \`${HASH.slice(0, 10)}\``, 600);
    expect(await approved()).not.toBeNull();
  });

  it("where nothing was planned, or is still being planned, says so", async () => {
    await command("/orion approve", 600);
    expect(lastComment()).toContain("No plan waits");
    await command("/orion plan", 602, { issue: { number: 8 } });
    await command("/orion approve", 603, { issue: { number: 8 } });
    expect(lastComment()).toContain("I am still planning");
    const { id } = await waiting();
    await store.claimRun(id);
    await store.updateRun(
      { runId: id, attempt: 2 },
      { planShown: { revision: 2, hash: null, comment: null, must: true } },
    );
    await command("/orion approve", 601);
    expect(lastComment()).toContain("I am still planning");
    expect(await approved()).toBeNull();
  });

  it.each(["done", "stopped", "failed"] as const)("of a run that is %s says that nothing waits", async (status) => {
    const run = await waiting();
    await store.updateRun({ runId: run.id, attempt: 1 }, { status });
    await command("/orion approve", 600);
    expect(await approved()).toBeNull();
    expect(lastComment()).toContain("No plan waits for a yes here any more");
  });

  it("needs the role that the settings name", async () => {
    await waiting();
    settings.approver = "maintain";
    await command("/orion approve", 600);
    expect([await approved(), hub.reactions]).toEqual([null, ["eyes comment:600", "-1 comment:600"]]);
    expect(lastComment()).toContain("needs the role maintain or higher in this repository; yours is write");
    await command("/orion go", 601);
    expect(await approved()).toBeNull();
    hub.roles.set("ada", "maintain");
    await command("/orion approve", 602);
    expect(await approved()).not.toBeNull();
  });
});

describe("on a plan that waits", () => {
  it("`go` is a yes where it was only asked for", async () => {
    await waiting();
    await command("/orion go", 600);
    expect(await approved()).not.toBeNull();
    expect(await runs()).toHaveLength(1);
  });

  it("`go` is no yes where an approval is required", async () => {
    await waiting(true);
    await command("/orion go", 600);
    expect(await approved()).toBeNull();
    expect(lastComment()).toContain("`/orion approve`");
  });

  it.each(["/orion go use hyphens", "/orion fix use hyphens", "Orion, use hyphens", "/orion plan use hyphens"])(
    "%j has it planned again",
    async (words) => {
      await waiting(true);
      await command(words, 600);
      expect(await approved()).toBeNull();
      expect(await runs()).toMatchObject([{ status: "queued" }]);
      expect(await store.remarks((await task())?.id ?? "")).toMatchObject([{ text: "use hyphens" }]);
      expect(hub.reactions).toEqual(["eyes comment:600"]);
    },
  );

  it.each(["/orion go lgtm", "/orion plan looks good", "Orion, looks good to me"])(
    "%j is no yes, and nothing to plan anew for",
    async (words) => {
      await waiting();
      await command(words, 600);
      expect(await approved()).toBeNull();
      expect(await runs()).toMatchObject([{ status: "waiting", approval: null }]);
      expect(await store.remarks((await task())?.id ?? "")).toEqual([]);
      expect(lastComment()).toContain("say `/orion approve`");
    },
  );

  it("a label is no answer, and no yes", async () => {
    await waiting();
    await deliver("issues", issuesPayload("labeled", { title: "Add another", label: "orion" }));
    expect(await store.remarks((await task())?.id ?? "")).toEqual([]);
    expect(await runs()).toMatchObject([{ status: "waiting" }]);
    expect(lastComment()).toContain("A plan waits for a yes here");
  });

  it("`fix` on the pull request changes a fix's plan, and starts another only when that has ended", async () => {
    const taskId = await proposed();
    const onPull = { issue: { number: 31, pullRequest: true } };
    await command("/orion plan the name", 500, onPull);
    const [, run] = await store.runsOf(taskId);
    const fence = { runId: run?.id ?? "", attempt: 1 };
    await store.claimRun(fence.runId);
    await store.updateRun(fence, { planShown: { revision: 1, hash: HASH, comment: SHOWN_AS, must: false } });
    await store.awaitApproval(fence);
    await command("/orion fix the age", 600, onPull);
    expect(await store.remarks(taskId)).toMatchObject([{ comment: 600, text: "the age" }]);
    await store.updateRun(fence, { status: "stopped" });
    await command("/orion fix the size", 601, onPull);
    expect((await store.runsOf(taskId)).slice(1)).toMatchObject([
      { kind: "fix", status: "stopped" },
      { kind: "fix", status: "queued", text: "the size" },
    ]);
  });

  it("`status` says what it waits for, and `retry` has nothing to do", async () => {
    await waiting();
    await command("/orion status", 600);
    expect(lastComment()).toMatch(/is \*\*waiting\*\*, stage plan.*its plan waits for `\/orion approve`/);
    await command("/orion retry", 601);
    expect(lastComment()).toContain("Nothing failed or was stopped here");
    expect(await runs()).toMatchObject([{ status: "waiting" }]);
  });

  it("a bare `plan` ends it and begins anew", async () => {
    await waiting();
    const guid = await command("/orion plan", 600);
    await handle(guid);
    expect(await runs()).toMatchObject([{ status: "queued", stopBy: "ada" }, { approval: "asked" }]);
  });
});
