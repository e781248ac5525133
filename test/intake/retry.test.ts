/** `retry` at the door: which run it takes over from, once, and whose words it may take. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { receiveWebhook } from "../../src/intake/receive.ts";
import { deliver, handle, hub, proposed, runs, store } from "./intake-rig.ts";
import { ada, bob, commentPayload, type Login } from "./payload-maker.ts";

const retryBy = (sender: Login, id: number) => commentPayload("/orion retry", { id, sender });
const last = () => hub.comments.at(-1)?.body.split("\n")[0];

describe("`retry`", () => {
  it("takes over from the run that failed, with its words and kind", async () => {
    await proposed("failed");
    await deliver("issue_comment", retryBy(ada, 1));
    const [first, second] = await runs();
    expect(second).toMatchObject({ kind: "first", text: first?.text, continues: first?.id, textBy: null });
  });

  it("starts one run when two ask at the same moment, and tells the other", async () => {
    hub.roles.set("bob", "write");
    await proposed("failed");
    const guids = [ada, bob, ada, bob].map((sender, index) => ({ guid: randomUUID(), sender, id: index + 1 }));
    for (const { guid, sender, id } of guids)
      await receiveWebhook(store, { guid, event: "issue_comment", payload: retryBy(sender, id) });
    await Promise.all(guids.map(({ guid }) => handle(guid)));
    expect(await runs()).toHaveLength(2);
    expect(hub.reactions.filter((line) => line.startsWith("confused"))).toHaveLength(3);
  });

  it("starts one run when its delivery is handled five times, also after a crash", async () => {
    await proposed("failed");
    const guid = randomUUID();
    await receiveWebhook(store, { guid, event: "issue_comment", payload: retryBy(ada, 1) });
    hub.failAfter.set("react", new Error("the worker dies here"));
    await expect(handle(guid)).rejects.toThrow("dies here");
    for (let count = 0; count < 5; count += 1) await handle(guid);
    expect(await runs()).toHaveLength(2);
    expect(hub.comments).toEqual([]);
  });

  it("by another takes the words of who asked first, as long as they may write", async () => {
    hub.roles.set("bob", "write");
    await proposed("failed");
    hub.roles.set("ada", "read");
    await deliver("issue_comment", retryBy(bob, 1));
    expect(await runs()).toHaveLength(1);
    expect(last()).toBe(
      "These are the words of ada, who may not write here any more. Say it in your own: `/orion go <what to do>`.",
    );
    hub.roles.set("ada", "write");
    await deliver("issue_comment", retryBy(bob, 2));
    expect((await runs())[1]).toMatchObject({ requestedBy: { login: "bob" }, textBy: { login: "ada" } });
  });

  it("takes over from the newest run, not from one that was taken over from before", async () => {
    await proposed("failed");
    await deliver("issue_comment", retryBy(ada, 1));
    const [, second] = await runs();
    await store.claimRun(second?.id ?? "");
    await store.updateRun({ runId: second?.id ?? "", attempt: 1 }, { status: "stopped" });
    await deliver("issue_comment", retryBy(ada, 2));
    expect((await runs())[2]).toMatchObject({ continues: second?.id });
  });

  it("finds nothing in a task that is over", async () => {
    const taskId = await proposed("failed");
    await store.updateTask(taskId, { status: "merged" });
    await deliver("issue_comment", retryBy(ada, 1));
    expect(await runs()).toHaveLength(1);
    expect(last()).toBe("This task is merged; open a new issue for more.");
  });
});
