/** Ordinary comments on a task: whose are kept, and what of them. */
import { beforeEach, describe, expect, it } from "vitest";
import { MOST_REMARK_CHARS, remarkText } from "../../src/intake/remarks/remark-text.ts";
import { deliver, handle, hub, opened, proposed, store, task } from "./intake-rig.ts";
import { bob, commentPayload, robot, self } from "./payload-maker.ts";

const kept = async () => (await store.remarks((await task())?.id ?? "")).map(({ text }) => text);
const comment = (words: string, more: Parameters<typeof commentPayload>[1] = {}) =>
  deliver("issue_comment", commentPayload(words, more));

describe("a comment without a command", () => {
  beforeEach(() => deliver("issues", opened));

  it("of who may write is kept once, in silence", async () => {
    hub.reactions.length = 0;
    const guid = await comment("please in blue");
    for (let time = 0; time < 4; time += 1) await handle(guid);
    await comment("please in blue");
    expect(await kept()).toEqual(["please in blue"]);
    expect([hub.reactions, hub.comments]).toEqual([[], []]);
  });

  it.each([
    ["who may not write", { sender: bob }],
    ["a bot", { sender: robot }],
    ["Orion itself", { sender: self }],
    ["one person in another's name", { user: bob }],
    ["who edits an old one", { action: "edited", old: "hello" }],
    ["who deletes one", { action: "deleted" }],
    ["somebody on another issue", { issue: { number: 8 } }],
    ["somebody on another pull request", { issue: { number: 8, pullRequest: true } }],
  ])("of %s is not", async (_, more) => {
    hub.roles.set("bob", "triage");
    await comment("please in blue", more);
    expect(await kept()).toEqual([]);
    expect(hub.comments).toEqual([]);
  });

  it("that is deleted before anybody was given it was never said", async () => {
    await comment("please in blue");
    await comment("please in red", { id: 501 });
    const [run] = await store.runsOf((await task())?.id ?? "");
    await store.claimRun(run?.id ?? "");
    const [, red] = await store.remarks(run?.taskId ?? "");
    await store.takeRemarks({ runId: run?.id ?? "", attempt: 1 }, [red?.id ?? ""]);
    for (const id of [500, 501]) await comment("please", { id, action: "deleted" });
    expect(await kept()).toEqual(["please in red"]);
  });

  it("that only quotes a command is one", async () => {
    await comment("like this:\n\n```\n/orion go\n```");
    expect(await kept()).toEqual(["like this:\n\n```\n/orion go\n```"]);
  });

  it("that commands is none", async () => {
    await comment("/orion status");
    expect(await kept()).toEqual([]);
  });
});

describe("remarks", () => {
  it("are kept from the pull request, too, until it is merged", async () => {
    const taskId = await proposed();
    const onPull = { issue: { number: 31, pullRequest: true } };
    await comment("in blue", { ...onPull, id: 501 });
    await store.updateTask(taskId, { status: "merged" });
    await comment("in red", { ...onPull, id: 502 });
    expect(await kept()).toEqual(["in blue"]);
  });

  it("hold what readers see, cut to size, and say what is missing", () => {
    expect(remarkText("blue <!-- and red -->")).toBe("blue\n[content that readers of the page do not see was removed]");
    expect(remarkText("<!-- only hidden -->")).toBe("");
    const long = remarkText("x".repeat(MOST_REMARK_CHARS + 7));
    expect(long).toBe(`${"x".repeat(MOST_REMARK_CHARS)}\n[cut here; 7 more characters are in the comment]`);
  });
});
