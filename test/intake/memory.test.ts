import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deliver, handle, hub, store } from "./intake-rig.ts";
import { ada, bob, commentPayload } from "./payload-maker.ts";

let id = 900;
/** @returns what Orion answered */
async function say(words: string, sender = ada): Promise<string> {
  id += 1;
  hub.roles.set(bob.login, "write");
  await deliver("issue_comment", commentPayload(`/orion ${words}`, { id, sender }));
  return hub.comments.at(-1)?.body.split("\n\n<!--")[0] ?? "";
}

describe("memory", () => {
  it("keeps what a person states, lists it with source and date, and drops it", async () => {
    expect(await say("remember I like short answers")).toContain("`/orion forget 1`");
    expect(await say("memory")).toMatch(/1\. I like short answers \(acme\/web#7, \d{4}-\d\d-\d\d\)/);
    expect(await say("forget 1")).toBe("1 is forgotten.");
    expect(await say("memory")).toContain("What I keep for @ada:\n\nnothing");
    expect(await say("forget 1")).toContain("I keep no 1");
    expect(await say("forget it all")).toContain("`/orion forget <n>`");
  });

  it("never shows a person a word of somebody else's", async () => {
    await say("remember my badger is called Bert");
    const shown = await say("memory", bob);
    expect(shown).toContain("What I keep for @bob:\n\nnothing");
    expect(shown).not.toContain("badger");
    expect(await say("forget 1", bob)).toContain("I keep no 1");
    expect(await say("memory")).toContain("badger");
  });

  it("takes secrets and what calls people out of what it keeps", async () => {
    await say("remember the password is hunter2, ask @carol");
    const [habit] = await store.habits({ installationId: 77, person: ada });
    expect(habit?.text).toBe("the password is [redacted], ask @carol");
    expect(await say("memory")).not.toContain("@carol");
  });

  it("keeps a fact about the repository with the file that shows it, and says when it no longer does", async () => {
    expect(await say("remember repository: a is one (src/a.ts:1)")).toContain("`/orion forget r1`");
    expect(await say("memory", bob)).toContain("- r1: a is one");
    const facts = await store.facts(900);
    expect(facts).toMatchObject([{ path: "src/a.ts", quote: "const a = 1;", commit: "c1", agreed: true }]);
    const other = { kind: "stated", text: "b is two", quote: "const b = 2;", person: ada } as const;
    await store.rememberFact(900, { source: "acme/web#7", path: "src/a.ts", commit: "c1", ...other });
    expect(await say("memory")).toMatch(/r2: b is two.*no longer so; not used/);
    expect(await say("remember repository: no file is named")).toContain("Name the file");
    expect(await say("remember repository: it is so (src/none.ts)")).toContain("does not show it");
    expect(await say("forget r1")).toBe("r1 is forgotten.");
  });

  it("agrees to what Orion proposed, and to nothing of others", async () => {
    await say("memory");
    await store.remember(
      { installationId: 77, person: ada },
      { kind: "proposed", text: "likes tabs", source: "acme/web#3" },
    );
    expect(await say("memory")).toContain("1. likes tabs (acme/web#3");
    expect(await say("memory")).toContain("*(proposed; `/orion remember` keeps it)*");
    expect(await say("remember", bob)).toContain("Say what to remember");
    expect(await say("remember")).toBe("I will remember:\n\n- likes tabs");
    expect(await say("remember")).toContain("Say what to remember");
  });

  it("tells what it did on the second try, when the first was killed after it was done", async () => {
    const owner = { installationId: 77, person: ada };
    await say("remember I like tea");
    await store.remember(owner, { kind: "proposed", text: "likes tabs", source: "acme/web#3" });
    await say("remember repository: a is one (src/a.ts:1)");
    const told = [
      ["forget 1", "1 is forgotten."],
      ["forget r1", "r1 is forgotten."],
      ["remember", "I will remember:\n\n- likes tabs"],
    ] as const;
    for (const [words, reply] of told) {
      const guid = randomUUID();
      id += 1;
      hub.failBefore.set("createComment", new Error("killed"));
      await expect(deliver("issue_comment", commentPayload(`/orion ${words}`, { id }), guid)).rejects.toThrow("killed");
      await handle(guid);
      expect(hub.comments.at(-1)?.body.split("\n\n<!--")[0]).toBe(reply);
    }
    expect(await say("forget 1")).toContain("I keep no 1");
    expect(await say("remember")).toContain("Say what to remember");
  });

  it("keeps no novel", async () => {
    expect(await say(`remember ${"x".repeat(600)}`)).toContain("at most 500");
  });
});
