import { describe, expect, it } from "vitest";
import { deliver, handle, hub, opened, proposed, runs, store, task } from "./intake-rig.ts";
import { bob, commentPayload, issuesPayload, reviewCommentPayload, reviewPayload } from "./payload-maker.ts";

describe("on a pull request of Orion's", () => {
  const onPull = { issue: { number: 31, pullRequest: true } };

  it.each(["/orion fix the name", "Orion, fix the name", "/orion go the name"])(
    "%j starts a fix on the same task",
    async (words) => {
      const taskId = await proposed();
      await deliver("issue_comment", commentPayload(words, onPull));
      expect(await store.runsOf(taskId)).toMatchObject([
        { kind: "first" },
        { kind: "fix", subject: { kind: "comment", id: 500 } },
      ]);
      expect(hub.reactions).toEqual(["eyes comment:500"]);
    },
  );

  it("a line comment starts a fix that knows the place", async () => {
    const taskId = await proposed();
    await deliver("pull_request_review_comment", reviewCommentPayload("/orion fix the name"));
    expect((await store.runsOf(taskId))[1]).toMatchObject({ kind: "fix", text: "`src/slack.ts:12`: the name" });
  });

  it("a review by someone who may not starts nothing", async () => {
    const taskId = await proposed();
    await deliver("pull_request_review", reviewPayload("changes_requested", "No.", { sender: bob }));
    expect(await store.runsOf(taskId)).toHaveLength(1);
    expect(hub.reactions).toEqual(["-1 issue:31"]);
  });

  it("`fix` on its issue reaches the pull request too", async () => {
    const taskId = await proposed();
    await deliver("issue_comment", commentPayload("/orion fix the name"));
    expect((await store.runsOf(taskId))[1]).toMatchObject({ kind: "fix", text: "the name" });
  });

  it("`fix` without words takes up what came too late, of those who may write now", async () => {
    const taskId = await proposed();
    hub.roles.set("bob", "write").set("robin", "read");
    const late = [
      { login: "bob", id: 12 },
      { login: "robin", id: 15 },
      { login: "ada", id: 11 },
    ];
    for (const [index, person] of late.entries())
      await store.addRemark(taskId, { comment: 400 + index, person, text: `said by ${person.login}` });
    await deliver("pull_request_review", reviewPayload("changes_requested", ""));
    await deliver("pull_request_review_comment", reviewCommentPayload("/orion fix"));
    expect(await store.runsOf(taskId)).toHaveLength(1);
    const guid = await deliver("issue_comment", commentPayload("/orion fix", onPull));
    await handle(guid);
    await deliver("issue_comment", commentPayload("/orion fix", { ...onPull, id: 501 }));
    const found = await store.runsOf(taskId);
    expect(found).toMatchObject([
      { kind: "first" },
      {
        text: "said by bob\n\nsaid by ada",
        points: [{ words: "said by bob", by: { login: "bob" } }, { words: "said by ada" }],
      },
    ]);
    expect(found).toHaveLength(2);
    expect(hub.comments.at(-1)?.body).toContain("I am at work on this already (it waits for its turn)");
  });

  it.each([
    ["`go` alone on the issue", "issue_comment", commentPayload("/orion go")],
    ["a label on the issue", "issues", issuesPayload("labeled", { body: "In blue.", label: "orion" })],
  ] as const)("%s asks for nothing new", async (_, event, payload) => {
    const taskId = await proposed();
    await deliver(event, payload);
    expect(await store.runsOf(taskId)).toHaveLength(1);
    expect(hub.comments[0]?.body).toMatch(/^Pull request #31 is there for this\. Say what to change/);
  });

  it("`fix` without words asks for them, and after the merge it says so", async () => {
    const taskId = await proposed();
    await deliver("issue_comment", commentPayload("/orion fix", onPull));
    await store.updateTask(taskId, { status: "merged" });
    await deliver("issue_comment", commentPayload("/orion fix it", { ...onPull, id: 501 }));
    expect(hub.comments.map((comment) => comment.body.split("\n")[0])).toEqual([
      "Say what to change: `/orion fix <text>`.",
      "This task is merged; open a new issue for more.",
    ]);
    expect(await store.runsOf(taskId)).toHaveLength(1);
  });
});

describe("elsewhere", () => {
  it("a review on somebody else's pull request is none of Orion's business", async () => {
    await deliver("pull_request_review", reviewPayload("changes_requested", "No.", { pull: 99 }));
    expect([hub.reactions, hub.comments]).toEqual([[], []]);
  });

  it("`fix` on somebody else's pull request changes nothing and says so", async () => {
    await deliver("issue_comment", commentPayload("/orion fix it", { issue: { number: 99, pullRequest: true } }));
    expect(hub.comments).toHaveLength(1);
    expect(hub.comments[0]?.body).toContain("not mine");
    expect(hub.reactions).toEqual(["eyes comment:500", "confused comment:500"]);
  });
});

describe("verbs", () => {
  it("`retry` starts again what failed, and nothing else", async () => {
    const taskId = await proposed("failed");
    await deliver("issue_comment", commentPayload("/orion retry"));
    expect((await store.runsOf(taskId))[1]).toMatchObject({
      kind: "first",
      text: "Orion, add SlackTool\n\nIt sends messages.",
    });
    await deliver("issue_comment", commentPayload("/orion retry", { id: 501 }));
    expect(await store.runsOf(taskId)).toHaveLength(2);
    expect(hub.comments[0]?.body).toContain("Nothing failed");
  });

  it("more words while somebody writes are kept for them, once, and start nothing", async () => {
    await deliver("issues", opened);
    const guid = await deliver("issue_comment", commentPayload("/orion go in blue"));
    for (let time = 0; time < 4; time += 1) await handle(guid);
    await deliver("issue_comment", commentPayload("Orion, use hyphens", { id: 501 }));
    expect(await runs()).toHaveLength(1);
    expect((await store.remarks((await task())?.id ?? "")).map(({ text }) => text)).toEqual(["in blue", "use hyphens"]);
    expect(hub.comments).toEqual([]);
  });

  it.each([
    ["`go` alone", "plan", "issue_comment", commentPayload("/orion go")],
    ["a label", "green", "issues", issuesPayload("labeled", { body: "In blue.", label: "orion" })],
    ["words once the work is checked", "verify", "issue_comment", commentPayload("/orion go in blue")],
  ] as const)("%s while work runs is answered, and starts nothing", async (_, stage, event, payload) => {
    await deliver("issues", opened);
    const [run] = await runs();
    const claimed = await store.claimRun(run?.id ?? "");
    await store.updateRun({ runId: run?.id ?? "", attempt: claimed?.run.attempt ?? 0 }, { stage });
    await deliver(event, payload);
    expect(await runs()).toHaveLength(1);
    expect(await store.remarks((await task())?.id ?? "")).toEqual([]);
    expect(hub.comments[0]?.body).toContain(stage === "verify" ? "have not taken this in" : "at work on this already");
  });

  it("`stop` said twice is not told that nothing runs", async () => {
    await deliver("issues", opened);
    await deliver("issue_comment", commentPayload("/orion stop"));
    await deliver("issue_comment", commentPayload("/orion stop", { id: 501 }));
    expect(hub.comments.map(({ body }) => body.split(":")[0])).toEqual([
      expect.stringContaining("⏹ I end run 1 (plan)"),
      "I end this already",
    ]);
  });

  it("thanks by name start nothing and ask nothing, before and after there is work", async () => {
    await deliver("issue_comment", commentPayload("Orion, thanks!"));
    const taskId = await proposed();
    await deliver("issue_comment", commentPayload("Orion, great work 🎉", { id: 501 }));
    expect(await store.runsOf(taskId)).toHaveLength(1);
    expect(hub.reactions).toEqual(["eyes comment:501", "rocket comment:501"]);
    expect(hub.comments).toEqual([]);
  });

  it("`help` shows every verb", async () => {
    await deliver("issue_comment", commentPayload("/orion help"));
    expect(hub.comments[0]?.body).toMatch(/\/orion fix \[text\]` \| pull request, review comment \| another round/);
    expect(hub.comments[0]?.body).toMatch(/\/orion rebase` \| pull request \| brings the default branch in/);
    expect(hub.reactions).toEqual(["eyes comment:500", "rocket comment:500"]);
  });

  it("`status` tells run, stage and cost", async () => {
    await deliver("issues", opened);
    await deliver("issue_comment", commentPayload("/orion status"));
    const said = /^Run 1 is \*\*queued\*\*, for \d+s\.\n\nIt is next in the queue\.\n\n\$0\.00 of \$5\.00/;
    expect(hub.comments[0]?.body).toMatch(said);
  });

  it("a word that is no verb gets 😕 and the nearest", async () => {
    await deliver("issue_comment", commentPayload("/orion retyr"));
    expect(hub.comments[0]?.body).toContain("`/orion retry`");
    expect(hub.reactions).toEqual(["eyes comment:500", "confused comment:500"]);
  });

  it("a question starts a run beside the task's work, and is neither busy nor the last work", async () => {
    await deliver("issue_comment", commentPayload("Orion, why is it slow?"));
    expect(await runs()).toMatchObject([{ kind: "ask", text: "why is it slow?", place: 7 }]);
    await deliver("issue_comment", commentPayload("/orion retry", { id: 501 }));
    expect(hub.comments.at(-1)?.body).toContain("Nothing failed or was stopped here");
    await deliver("issue_comment", commentPayload("/orion go make it fast", { id: 502 }));
    expect(await runs()).toMatchObject([{ kind: "ask" }, { kind: "first", text: "make it fast" }]);
    expect(await task()).toMatchObject({ request: "make it fast" });
  });

  it("`ask` without words asks for them", async () => {
    await deliver("issue_comment", commentPayload("/orion ask"));
    expect(hub.comments[0]?.body).toContain("`/orion ask <text>`");
    expect(await task()).toBeNull();
  });

  it.each(["plan", "approve", "rebase", "budget 3"])("`%s` is in: nothing of the table is not", async (words) => {
    await deliver("issue_comment", commentPayload(`/orion ${words}`));
    expect(JSON.stringify(hub.comments)).not.toContain("not in yet");
  });

  it("`rebase` where there is no pull request of Orion's says so", async () => {
    await deliver("issue_comment", commentPayload("/orion rebase"));
    expect(hub.comments[0]?.body).toContain("I have no task here");
    await deliver("issues", opened);
    await deliver("issue_comment", commentPayload("/orion rebase", { id: 501 }));
    expect(hub.comments[1]?.body).toContain("There is no pull request yet");
    expect(await runs()).toHaveLength(1);
  });
});
