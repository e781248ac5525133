import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Role } from "../../src/domain/ports/github-port.ts";
import { receiveWebhook } from "../../src/intake/receive.ts";
import { deliver, handle, hub, opened, store, task } from "./intake-rig.ts";
import { ada, bob, commentPayload, issuesPayload } from "./payload-maker.ts";

const ROLES: readonly (Role | "absent")[] = ["absent", "none", "read", "triage", "write", "maintain", "admin"];
const mayWrite = (role: string) => ["write", "maintain", "admin"].includes(role);

describe("who may", () => {
  const CHANNELS: Record<string, { event: string; payload: unknown; subject: string; says: boolean }> = {
    "an issue": { event: "issues", payload: opened, subject: "issue:7", says: false },
    "an issue's label": {
      event: "issues",
      payload: issuesPayload("labeled", { label: "orion" }),
      subject: "issue:7",
      says: false,
    },
    "an edited issue": {
      event: "issues",
      payload: issuesPayload("edited", { title: "Orion, add it", old: { title: "x" } }),
      subject: "issue:7",
      says: false,
    },
    "a `go`": { event: "issue_comment", payload: commentPayload("/orion go"), subject: "comment:500", says: true },
    "a sentence": {
      event: "issue_comment",
      payload: commentPayload("Orion, add it"),
      subject: "comment:500",
      says: true,
    },
    "a word that is no verb": {
      event: "issue_comment",
      payload: commentPayload("/orion og"),
      subject: "comment:500",
      says: true,
    },
    "a call for help": {
      event: "issue_comment",
      payload: commentPayload("/orion help"),
      subject: "comment:500",
      says: true,
    },
  };

  for (const role of ROLES) {
    for (const [channel, { event, payload, subject, says }] of Object.entries(CHANNELS)) {
      it(`${mayWrite(role) ? "hears" : "refuses"} ${channel} by the role ${role}`, async () => {
        if (role === "absent") hub.roles.clear();
        else hub.roles.set("ada", role);
        await deliver(event, payload);
        if (mayWrite(role)) {
          expect(hub.reactions[0]).toBe(`eyes ${subject}`);
          expect(hub.reactions).not.toContain(`-1 ${subject}`);
        } else {
          expect(hub.reactions).toEqual([`-1 ${subject}`]);
          expect(await task()).toBeNull();
          expect(hub.comments).toHaveLength(says ? 1 : 0);
        }
      });
    }
  }

  it("does not act on a stranger's words for someone who may, until they are said again", async () => {
    hub.roles.set("bob", "none");
    const strangers = { issue: { user: bob, title: "Add it" }, sender: ada };
    await deliver("issue_comment", commentPayload("/orion go", { ...strangers, user: ada }));
    expect(hub.reactions).toEqual(["-1 comment:500"]);
    expect(hub.comments[0]?.body).toContain("/orion go <what to do>");
    expect(await task()).toBeNull();
    await deliver("issue_comment", commentPayload("/orion go add it", { ...strangers, user: ada, id: 501 }));
    expect(await task()).toMatchObject({ title: "add it", request: "add it", requester: { login: "ada" } });
  });

  it("refuses the label by someone who may on a stranger's issue, and says how to take it on", async () => {
    hub.roles.set("bob", "read");
    await deliver("issues", issuesPayload("labeled", { user: bob, sender: ada, label: "orion" }));
    expect([hub.reactions, await task()]).toEqual([["-1 issue:7"], null]);
    expect(hub.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^@ada I act only on words.*`\/orion plan`/),
    ]);
  });

  it("tells a stranger why once, however often they command", async () => {
    hub.roles.set("bob", "read");
    for (const id of [1, 2, 3]) await deliver("issue_comment", commentPayload("/orion go x", { id, sender: bob }));
    expect(hub.reactions).toEqual(["-1 comment:1", "-1 comment:2", "-1 comment:3"]);
    expect(hub.comments).toHaveLength(1);
  });

  it("tells a stranger why once, though the commands are handled at the same moment", async () => {
    hub.roles.set("bob", "read");
    const ids = [1, 2, 3, 4, 5, 6];
    await Promise.all(ids.map((id) => deliver("issue_comment", commentPayload("/orion go x", { id, sender: bob }))));
    expect(hub.reactions.toSorted()).toEqual(ids.map((id) => `-1 comment:${id}`));
    expect(hub.comments).toHaveLength(1);
  });

  it("asks GitHub at the moment of handling, not of the webhook", async () => {
    const guid = randomUUID();
    await receiveWebhook(store, { guid, event: "issues", payload: opened });
    hub.roles.set("ada", "read");
    await handle(guid);
    expect(await task()).toBeNull();
  });
});
