/**
 * T1: who starts work, and what each gets to see. Role × channel × who edited,
 * and role × every verb, through the real parse and handle path on a real
 * store. What is expected is said here in three sentences, not asked of the code.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../src/domain/ports/github-port.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { handleDelivery } from "../../src/intake/handle-delivery.ts";
import { receiveWebhook } from "../../src/intake/receive.ts";
import { VERBS, type Verb } from "../../src/policy/verbs.ts";
import { openTestStore } from "../support/postgres.ts";
import { type GitHubDouble, githubDouble, REST } from "./github-double.ts";
import {
  commentPayload,
  issuesPayload,
  type Login,
  reviewCommentPayload,
  reviewPayload,
  self,
} from "./payload-maker.ts";

const ROLES = ["none", "read", "triage", "write", "maintain", "admin", "bot"] as const;
type Who = (typeof ROLES)[number];
const CHANNELS = ["issue", "label", "comment", "pull comment", "line comment", "review"] as const;
type Channel = (typeof CHANNELS)[number];
const EDITORS = ["nobody", "its author", "another writer", "a bot"] as const;
type Editor = (typeof EDITORS)[number];

const ORDER: readonly Who[] = ["none", "read", "triage", "write", "maintain", "admin"];
const atLeast = (who: Who, least: Who) => who !== "bot" && ORDER.indexOf(who) >= ORDER.indexOf(least);

let store: Store;
let close: () => Promise<void>;
let hub: GitHubDouble;
let counted = 0;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  hub = githubDouble();
  hub.roles.set("wendy", "write");
  const given = { id: 900, installationId: 77, owner: "acme", name: "web" };
  await store.saveRepository(given, "acme");
});
afterAll(() => close());

const wendy: Login = { id: 2_001, login: "wendy", type: "User" };
const robot: Login = { id: 2_002, login: "renovate[bot]", type: "Bot" };

interface Case {
  /** number of its own issue or pull request, id of its comment */
  readonly number: number;
  readonly author: Login;
}

function newCase(who: Who): Case {
  counted += 1;
  const number = 1_000 + counted;
  const login = who === "bot" ? `helper-${number}[bot]` : `person-${number}`;
  // GitHub lets a bot have any role
  hub.roles.set(login, who === "bot" ? "admin" : (who as Role));
  return { number, author: { id: number, login, type: who === "bot" ? "Bot" : "User" } };
}

async function deliver(event: string, payload: unknown): Promise<void> {
  const guid = randomUUID();
  await receiveWebhook(store, { guid, event, payload });
  await handleDelivery({ store, github: hub.github, ...REST }, guid);
}

/** A pull request of Orion's with this number, of the issue with the same number. */
async function openPull({ number }: Case): Promise<void> {
  const task = { repositoryId: 900, issueNumber: number, title: "t", request: "r", requester: wendy, budgetUsd: 5 };
  const { id } = await store.openTask(task);
  await store.updateTask(id, { pullRequest: number, status: "proposed" });
}

const senderOf = (editor: Editor, author: Login) =>
  editor === "another writer" ? wendy : editor === "a bot" ? robot : author;

/** The webhook that GitHub sends when that person speaks there, or somebody changes what they said. */
function told(channel: Channel, editor: Editor, { number, author }: Case): readonly [string, unknown] {
  const sender = senderOf(editor, author);
  const edited = editor === "nobody" ? {} : { action: "edited", old: "add it, please" };
  const comment = { id: number, user: author, sender, ...edited };
  const onPull = { number, pullRequest: true, user: wendy };
  switch (channel) {
    case "issue": {
      const action = editor === "nobody" ? "opened" : "edited";
      const old = editor === "nobody" ? {} : { old: { title: "add it" } };
      return ["issues", issuesPayload(action, { number, user: author, sender, title: "Orion, add it", ...old })];
    }
    case "label": {
      const action = editor === "nobody" ? "opened" : "labeled";
      const set = editor === "nobody" ? { labels: ["orion"] } : { label: "orion" };
      return ["issues", issuesPayload(action, { number, user: author, sender, ...set })];
    }
    case "comment":
      return ["issue_comment", commentPayload("/orion go add it", { ...comment, issue: { number, user: wendy } })];
    case "pull comment":
      return ["issue_comment", commentPayload("/orion fix the name", { ...comment, issue: onPull })];
    case "line comment": {
      const made = reviewCommentPayload("/orion fix the name", { id: number, sender: author });
      const changed = editor === "nobody" ? {} : { action: "edited", changes: { body: { from: "the name" } } };
      return [
        "pull_request_review_comment",
        { ...made, pull_request: { ...made.pull_request, number }, sender, ...changed },
      ];
    }
    case "review": {
      const made = reviewPayload("changes_requested", "The name.", { sender: author, pull: number });
      return ["pull_request_review", { ...made, sender, ...(editor === "nobody" ? {} : { action: "edited" }) }];
    }
  }
}

type Sight = "starts" | "refused" | "nothing";

/**
 * Bots and edits by others start nothing and leave nothing. An edited review is
 * no new one. Everybody else starts work from write upwards, and is refused
 * below; a label is somebody's word, but the issue must be a writer's too.
 */
function expected(who: Who, channel: Channel, editor: Editor): Sight {
  if (who === "bot" || editor === "a bot") return "nothing";
  if (editor === "another writer" && channel !== "label") return "nothing";
  if (editor !== "nobody" && channel === "review") return "nothing";
  return atLeast(who, "write") ? "starts" : "refused";
}

const spotOf = (channel: Channel, { number }: Case) =>
  channel === "comment" || channel === "pull comment"
    ? `comment:${number}`
    : channel === "line comment"
      ? `review-comment:${number}`
      : `issue:${number}`;

const seen = ({ number }: Case) => ({
  reactions: hub.reactions.filter((line) => line.endsWith(`:${number}`)),
  comments: hub.comments.filter(({ issue }) => issue === number).map(({ body }) => body),
});

async function runsAt({ number }: Case) {
  const task = await store.taskByIssue(900, number);
  return task === null ? [] : store.runsOf(task.id);
}

describe("who starts work", () => {
  const table = ROLES.flatMap((who) =>
    CHANNELS.flatMap((channel) => EDITORS.map((editor) => ({ who, channel, editor }))),
  );

  it("is asked in 168 cases", () => {
    expect(table).toHaveLength(168);
  });

  it.each(table)("$who, by $channel, edited by $editor", async ({ who, channel, editor }) => {
    const one = newCase(who);
    if (["pull comment", "line comment", "review"].includes(channel)) await openPull(one);
    await deliver(...told(channel, editor, one));
    const sight = expected(who, channel, editor);
    const spot = spotOf(channel, one);
    const { reactions, comments } = seen(one);
    const runs = await runsAt(one);
    expect(runs.map(({ requestedBy }) => requestedBy.login)).toEqual(
      sight === "starts" ? [senderOf(editor, one.author).login] : [],
    );
    expect(reactions).toEqual(sight === "starts" ? [`eyes ${spot}`] : sight === "refused" ? [`-1 ${spot}`] : []);
    // who may not is told why where they commanded, and who may why a stranger's issue is not taken at their word;
    // an issue or a review of a stranger gets the 👎 alone
    const sender = senderOf(editor, one.author).login;
    const taken = channel === "label" && sender !== one.author.login;
    const line = sight === "refused" && (channel.endsWith("comment") || taken);
    expect(comments).toEqual(line ? [expect.stringContaining(`@${sender} `)] : []);
    expect(runs.map(({ textBy }) => textBy?.login ?? null)).toEqual(
      sight !== "starts" ? [] : [channel === "label" && editor === "another writer" ? one.author.login : null],
    );
  });
});

const NEEDS: Readonly<Partial<Record<Verb, Who>>> = {
  budget: "maintain",
  "approve-migration": "maintain",
  revert: "maintain",
  pause: "admin",
  resume: "admin",
};

describe("who may give which command", () => {
  const table = VERBS.flatMap((verb) => ROLES.map((who) => ({ verb, who })));

  it.each(table)("`$verb` by $who", async ({ verb, who }) => {
    const one = newCase(who);
    const spot = `comment:${one.number}`;
    const words = `/orion ${verb} 1`;
    const issue = { number: one.number, user: wendy };
    await deliver(
      "issue_comment",
      commentPayload(words, { id: one.number, user: one.author, sender: one.author, issue }),
    );
    const { reactions, comments } = seen(one);
    if (who === "bot") return expect([reactions, comments, await runsAt(one)]).toEqual([[], [], []]);
    if (atLeast(who, NEEDS[verb] ?? "write")) {
      expect(reactions[0]).toBe(`eyes ${spot}`);
      return expect(reactions).not.toContain(`-1 ${spot}`);
    }
    expect(reactions).toEqual([`-1 ${spot}`]);
    expect(comments).toEqual([expect.stringContaining(`needs the role ${NEEDS[verb] ?? "write"} or higher`)]);
    expect(await runsAt(one)).toEqual([]);
  });
});

describe("Orion's own words", () => {
  const own: readonly (readonly [string, Login])[] = [
    ["itself", self],
    ["itself, whatever the type says", { ...self, type: "User" }],
    ["an organisation", { id: 2_003, login: "acme", type: "Organization" }],
    ["a mannequin", { id: 2_004, login: "old", type: "Mannequin" }],
  ];
  it.each(own)("never start anything, said by %s", async (_, login) => {
    hub.roles.set(login.login, "admin");
    for (const channel of CHANNELS) {
      const one = { ...newCase("admin"), author: login };
      if (channel.includes("pull") || channel === "line comment" || channel === "review") await openPull(one);
      await deliver(...told(channel, "nobody", one));
      expect([seen(one), await runsAt(one)]).toEqual([{ reactions: [], comments: [] }, []]);
    }
  });
});
