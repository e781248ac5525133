import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { receiveWebhook } from "../../src/intake/receive.ts";
import { deliver, handle, hub, opened, runs, store, task } from "./intake-rig.ts";
import { commentPayload } from "./payload-maker.ts";

const says = (words: string, id: number) => deliver("issue_comment", commentPayload(words, { id }));
const last = () => hub.comments.at(-1)?.body.split("\n")[0];

describe("`budget`", () => {
  beforeEach(async () => {
    await deliver("issues", opened);
    hub.roles.set("ada", "maintain");
  });

  it("raises and lowers the task's cap, and says both", async () => {
    await says("/orion budget 12.50", 1);
    expect(await task()).toMatchObject({ budgetUsd: 12.5, budgetBy: "ada" });
    expect(last()).toBe("This task may now cost $12.50 (it was $5.00); $0.00 is spent.");
    await says("/orion budget $2", 2);
    expect(await task()).toMatchObject({ budgetUsd: 2 });
    expect(hub.reactions).toContain("rocket comment:2");
  });

  it("stops at the operator's own cap and says so", async () => {
    await says("/orion budget 100", 1);
    expect(await task()).toMatchObject({ budgetUsd: 20 });
    expect(last()).toContain("You asked for $100.00, and the operator of this Orion allows no more than this.");
  });

  it.each(["/orion budget", "/orion budget much", "/orion budget 0", "/orion budget -3"])(
    "%j changes nothing and gets an example",
    async (words) => {
      await says(words, 1);
      expect(await task()).toMatchObject({ budgetUsd: 5, budgetBy: null });
      expect(last()).toContain("`/orion budget 8`");
      expect(hub.reactions.slice(-2)).toEqual(["eyes comment:1", "confused comment:1"]);
    },
  );

  it("is for maintainers", async () => {
    hub.roles.set("ada", "write");
    await says("/orion budget 12", 1);
    expect(await task()).toMatchObject({ budgetUsd: 5 });
    expect(hub.reactions.at(-1)).toBe("-1 comment:1");
    expect(last()).toContain("needs the role maintain");
  });

  it("that is handled again after a crash leaves alone what was set since", async () => {
    const guid = randomUUID();
    hub.failAfter.set("createComment", new Error("the worker dies here"));
    await receiveWebhook(store, {
      guid,
      event: "issue_comment",
      payload: commentPayload("/orion budget 9", { id: 1 }),
    });
    await expect(handle(guid)).rejects.toThrow("dies here");
    await says("/orion budget 3", 2);
    for (let count = 0; count < 5; count += 1) await handle(guid);
    expect(await task()).toMatchObject({ budgetUsd: 3 });
    expect(hub.comments).toHaveLength(2);
  });

  it("offers a retry where a run ended for want of money", async () => {
    const [run] = await runs();
    await store.claimRun(run?.id ?? "");
    const failure = { code: "LIMIT_USD", because: "The limit of 5 dollars was reached." };
    await store.updateRun({ runId: run?.id ?? "", attempt: 1 }, { status: "failed", failure });
    await says("/orion budget 8", 1);
    expect(last()).toContain("`/orion retry` goes on where it stopped.");
  });
});
