/** T14: storms and loops, as a table: what is sent, and the most that may come of it. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { receiveWebhook } from "../../../src/intake/receive.ts";
import { deliver, handle, hub, proposed, store } from "../intake-rig.ts";
import {
  ada,
  bob,
  commentPayload,
  issuesPayload,
  type Login,
  reviewCommentPayload,
  reviewPayload,
  robot,
  self,
} from "../payload-maker.ts";

type Webhook = readonly [event: string, payload: unknown];

interface Storm {
  readonly name: string;
  /** on a pull request of Orion's, #31 of issue #7 */
  readonly proposed?: "done" | "failed";
  readonly sends: (count: number) => Webhook;
  readonly times: number;
  /** true: all at the same moment */
  readonly atOnce?: true;
  /** runs that come of it; the one that was there is not counted, but its person has used one of five */
  readonly runs: number;
  readonly comments: number;
  readonly reactions: number;
}

const onPull = { number: 31, pullRequest: true };
const comment = (body: string, id: number, sender: Login = ada, issue: object = {}): Webhook => [
  "issue_comment",
  commentPayload(body, { id, sender, issue }),
];

const STORMS: readonly Storm[] = [
  {
    name: "fixes",
    proposed: "done",
    sends: (n) => comment(`/orion fix it ${n}`, n, ada, onPull),
    times: 24,
    runs: 4,
    comments: 2,
    reactions: 35,
  },
  {
    name: "the same fix, edited again and again",
    proposed: "done",
    sends: (n) => [
      "issue_comment",
      commentPayload(`/orion fix it ${n}`, { action: "edited", id: 1, issue: onPull, old: `/orion fix it ${n - 1}` }),
    ],
    times: 24,
    runs: 0,
    comments: 0,
    reactions: 0,
  },
  {
    name: "line comments",
    proposed: "done",
    sends: (n) => ["pull_request_review_comment", reviewCommentPayload(`/orion fix ${n}`, { id: n })],
    times: 24,
    runs: 4,
    comments: 2,
    reactions: 35,
  },
  {
    name: "reviews that request changes",
    proposed: "done",
    sends: (n) => [
      "pull_request_review",
      {
        ...reviewPayload("changes_requested", `No ${n}.`),
        review: { id: n, state: "changes_requested", body: `No ${n}.`, user: ada },
      },
    ],
    times: 24,
    runs: 4,
    comments: 2,
    reactions: 2,
  },
  {
    name: "retries",
    proposed: "failed",
    sends: (n) => comment("/orion retry", n),
    times: 15,
    runs: 1,
    comments: 14,
    reactions: 29,
  },
  {
    name: "issues",
    sends: (n) => ["issues", issuesPayload("opened", { number: 100 + n, title: `Orion, add ${n}` })],
    times: 24,
    runs: 5,
    comments: 2,
    reactions: 36,
  },
  {
    name: "issues at once",
    sends: (n) => ["issues", issuesPayload("opened", { number: 100 + n, title: `Orion, add ${n}` })],
    times: 16,
    atOnce: true,
    runs: 5,
    comments: 1,
    reactions: 27,
  },
  {
    name: "a label set and taken away",
    sends: () => ["issues", issuesPayload("labeled", { label: "orion" })],
    times: 24,
    runs: 1,
    comments: 1,
    reactions: 2,
  },
  {
    name: "questions",
    sends: (n) => comment(`/orion ask why ${n}?`, n),
    times: 24,
    runs: 20,
    comments: 1,
    reactions: 21,
  },
  {
    name: "calls for status",
    sends: (n) => comment("/orion status", n),
    times: 24,
    runs: 0,
    comments: 21,
    reactions: 41,
  },
  { name: "calls for help", sends: (n) => comment("/orion help", n), times: 24, runs: 0, comments: 21, reactions: 41 },
  {
    name: "words that are no verbs",
    sends: (n) => comment("/orion plaese", n),
    times: 24,
    runs: 0,
    comments: 21,
    reactions: 41,
  },
  {
    name: "a stranger's commands",
    sends: (n) => comment(`/orion go ${n}`, n, bob),
    times: 24,
    runs: 0,
    comments: 1,
    reactions: 20,
  },
  {
    name: "a stranger's issues",
    sends: (n) => ["issues", issuesPayload("opened", { number: 100 + n, title: "Orion, x", user: bob, sender: bob })],
    times: 24,
    runs: 0,
    comments: 0,
    reactions: 20,
  },
  {
    name: "a bot's commands",
    proposed: "done",
    sends: (n) => comment(`/orion fix ${n}`, n, robot, onPull),
    times: 24,
    runs: 0,
    comments: 0,
    reactions: 0,
  },
  {
    name: "a bot that reviews",
    proposed: "done",
    sends: () => ["pull_request_review", reviewPayload("changes_requested", "No.", { sender: robot })],
    times: 24,
    runs: 0,
    comments: 0,
    reactions: 0,
  },
  {
    name: "Orion's own answers",
    proposed: "done",
    sends: (n) => comment("Say what to change: \n/orion fix it", n, self, onPull),
    times: 24,
    runs: 0,
    comments: 0,
    reactions: 0,
  },
  {
    name: "a person quoting Orion",
    proposed: "done",
    sends: (n) => comment("> /orion fix it\n\nwhat it said", n, ada, onPull),
    times: 24,
    runs: 0,
    comments: 0,
    reactions: 0,
  },
  {
    name: "stops, which always work",
    proposed: "done",
    sends: (n) => comment("/orion stop", n),
    times: 24,
    runs: 0,
    comments: 24,
    reactions: 48,
  },
];

describe("a storm of", () => {
  it.each(STORMS)("$name", async (storm) => {
    hub.roles.set("bob", "read");
    if (storm.proposed !== undefined) await proposed(storm.proposed);
    const before = new Set((await everyRun()).map(({ id }) => id));
    hub.comments.length = 0;
    hub.reactions.length = 0;
    const guids = await receive(storm);
    if (storm.atOnce) await Promise.all(guids.map(handle));
    else for (const guid of guids) await handle(guid);
    const begun = (await everyRun()).filter(({ id }) => !before.has(id));
    const seen = { runs: begun.length, comments: hub.comments.length, reactions: hub.reactions.length };
    expect(seen).toEqual({ runs: storm.runs, comments: storm.comments, reactions: storm.reactions });
  });

  it("one webhook sent five times", async () => {
    const guid = randomUUID();
    const payload = issuesPayload("opened", { title: "Orion, add SlackTool" });
    for (let count = 0; count < 5; count += 1) await deliver("issues", payload, guid);
    expect(await everyRun()).toHaveLength(1);
    expect(hub.reactions).toEqual(["eyes issue:7"]);
  });
});

describe("one person's storm", () => {
  it("leaves another person their turn, in the same conversation", async () => {
    hub.roles.set("bob", "write");
    await proposed();
    for (let id = 1; id <= 30; id += 1) await deliver(...comment(`/orion fix ${id}`, id, ada, onPull));
    hub.reactions.length = 0;
    await deliver(...comment("/orion fix the name", 99, bob, onPull));
    expect(hub.reactions).toEqual(["eyes comment:99"]);
    expect((await everyRun()).at(-1)).toMatchObject({ requestedBy: { login: "bob" } });
  });
});

async function receive({ times, sends }: Storm): Promise<readonly string[]> {
  const guids: string[] = [];
  for (let count = 1; count <= times; count += 1) {
    const [event, payload] = sends(count);
    const guid = randomUUID();
    await receiveWebhook(store, { guid, event, payload });
    guids.push(guid);
  }
  return guids;
}

/** Of every task there is. */
async function everyRun() {
  const numbers = [7, ...Array.from({ length: 100 }, (_, index) => 100 + index)];
  const tasks = await Promise.all(numbers.map((number) => store.taskByIssue(900, number)));
  const runs = await Promise.all(tasks.map((one) => (one === null ? [] : store.runsOf(one.id))));
  return runs.flat().toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
}
