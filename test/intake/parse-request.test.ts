import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/intake/parse-request.ts";
import { SLUG } from "./github-double.ts";
import {
  ada,
  bob,
  commentPayload,
  issuesPayload,
  reviewCommentPayload,
  reviewPayload,
  robot,
  self,
} from "./payload-maker.ts";

const parse = (event: string, payload: unknown) => parseRequest(event, payload, SLUG);

describe("an issue", () => {
  it("asks for work when it is opened with Orion's name", () => {
    expect(parse("issues", issuesPayload("opened", { title: "Orion, add SlackTool" }))).toEqual({
      kind: "request",
      verb: "work",
      text: "Orion, add SlackTool\n\nIt sends messages.",
      words: "Orion, add SlackTool\n\nIt sends messages.",
      hidden: false,
      title: "Orion, add SlackTool",
      subject: { kind: "issue", id: 7 },
      issueNumber: 7,
      onPullRequest: false,
      author: { id: 11, login: "ada" },
      textAuthor: { id: 11, login: "ada" },
      unknown: null,
      review: null,
      bare: false,
      edited: false,
    });
  });

  it("asks in the name of who set the label, with the words of who wrote them", () => {
    const payload = issuesPayload("labeled", { user: ada, sender: bob, label: "orion" });
    expect(parse("issues", payload)).toMatchObject({
      verb: "work",
      author: { login: "bob" },
      textAuthor: { login: "ada" },
    });
  });

  it.each(["bug", "orion-later"])("asks nothing by the label %s, though it is addressed", (label) => {
    expect(parse("issues", issuesPayload("labeled", { title: "Orion, add it", label })).kind).toBe("none");
  });

  it("asks once its author addresses it by an edit", () => {
    const payload = issuesPayload("edited", { title: "Orion, add it", old: { title: "Add it" } });
    expect(parse("issues", payload)).toMatchObject({ verb: "work", edited: true });
  });

  it("asks nothing by an edit when it was addressed before, or somebody else edits", () => {
    const again = issuesPayload("edited", { title: "Orion, add it now", old: { title: "Orion, add it" } });
    const byBob = issuesPayload("edited", { title: "Orion, add it", old: { title: "Add it" }, sender: bob });
    const body = issuesPayload("edited", { title: "Orion, add it", body: "new", old: { body: "old" } });
    for (const payload of [again, byBob, body]) expect(parse("issues", payload).kind).toBe("none");
  });

  it.each(["closed", "reopened", "assigned", "unlabeled", "deleted", "transferred", "pinned"])(
    "asks nothing when %s",
    (action) => {
      expect(parse("issues", issuesPayload(action, { title: "Orion, add it", label: "orion" })).kind).toBe("none");
    },
  );

  it.each([
    ["a bot opens it", issuesPayload("opened", { title: "Orion, add it", user: robot, sender: robot })],
    ["Orion opens it", issuesPayload("opened", { title: "Orion, add it", user: self, sender: self })],
    ["a bot labels it", issuesPayload("labeled", { sender: robot, label: "orion" })],
    ["a bot wrote it", issuesPayload("labeled", { user: robot, label: "orion" })],
    ["its author is gone", issuesPayload("labeled", { user: null, label: "orion" })],
    [
      "an organisation sends it",
      issuesPayload("opened", { title: "Orion, x", sender: { ...ada, type: "Organization" } }),
    ],
  ])("asks nothing when %s", (_, payload) => {
    expect(parse("issues", payload).kind).toBe("none");
  });

  it("bears an empty body", () => {
    expect(parse("issues", issuesPayload("opened", { title: "Orion, add it", body: null }))).toMatchObject({
      text: "Orion, add it",
    });
  });
});

describe("a comment", () => {
  it("uses the issue's words, and their author, when `go` comes alone", () => {
    expect(parse("issue_comment", commentPayload("/orion go", { sender: bob }))).toMatchObject({
      verb: "go",
      text: "Add SlackTool\n\nIt sends messages.",
      title: "Add SlackTool",
      subject: { kind: "comment", id: 500 },
      author: { login: "bob" },
      textAuthor: { login: "ada" },
    });
  });

  it("uses its own words, and no title of another's, when `go` has some", () => {
    expect(parse("issue_comment", commentPayload("/orion go add a button\nin red", { sender: bob }))).toMatchObject({
      text: "add a button\nin red",
      title: "add a button",
      textAuthor: { login: "bob" },
    });
  });

  it("asks for work by a sentence, for an answer by a question", () => {
    expect(parse("issue_comment", commentPayload("Orion, add a button"))).toMatchObject({ verb: "work" });
    expect(parse("issue_comment", commentPayload("Orion, why?"))).toMatchObject({ verb: "ask" });
  });

  it("says when it stands on a pull request", () => {
    const payload = commentPayload("/orion fix it", { issue: { number: 31, pullRequest: true } });
    expect(parse("issue_comment", payload)).toMatchObject({ verb: "fix", onPullRequest: true, issueNumber: 31 });
  });

  it("names a word that is no verb, and the nearest that is", () => {
    expect(parse("issue_comment", commentPayload("/orion retyr"))).toMatchObject({
      verb: "unknown",
      unknown: { word: "retyr", nearest: "retry" },
    });
  });

  it("asks by an edit of its author only when it asked nothing before, or nothing that was understood", () => {
    const edit = (body: string, old: string, parts = {}) =>
      parse("issue_comment", commentPayload(body, { action: "edited", old, ...parts })).kind;
    expect(edit("/orion go", "Nice")).toBe("request");
    expect(edit("/orion fix it", "/orion fxi it")).toBe("request");
    expect(edit("/orion go now", "/orion go")).toBe("none");
    expect(edit("/orion go", "Nice", { user: ada, sender: bob })).toBe("none");
    expect(parse("issue_comment", commentPayload("/orion go", { action: "edited" })).kind).toBe("none");
  });

  it.each([
    ["deleted", commentPayload("/orion go", { action: "deleted" })],
    ["by a bot", commentPayload("/orion go", { sender: robot })],
    ["by Orion", commentPayload("/orion go", { sender: self })],
    ["by an account that is gone", commentPayload("/orion go", { user: null })],
    ["not addressed", commentPayload("Nice!")],
    ["addressed in a quote", commentPayload("> /orion go")],
  ])("asks nothing when it is %s", (_, payload) => {
    expect(parse("issue_comment", payload).kind).toBe("none");
  });
});

describe("a review", () => {
  it("is one fix when it requests changes, whatever its words", () => {
    expect(parse("pull_request_review", reviewPayload("changes_requested", "The name is wrong."))).toMatchObject({
      verb: "fix",
      text: "The name is wrong.",
      subject: { kind: "issue", id: 31 },
      review: 800,
      onPullRequest: true,
    });
    expect(parse("pull_request_review", reviewPayload("changes_requested", null))).toMatchObject({
      verb: "fix",
      text: "",
    });
  });

  it("asks nothing when it comments or approves without addressing Orion", () => {
    expect(parse("pull_request_review", reviewPayload("commented", "Hm.")).kind).toBe("none");
    expect(parse("pull_request_review", reviewPayload("approved", null)).kind).toBe("none");
    expect(parse("pull_request_review", reviewPayload("approved", "/orion fix the typo"))).toMatchObject({
      text: "the typo",
    });
  });

  it("asks with a line comment, which says where", () => {
    expect(parse("pull_request_review_comment", reviewCommentPayload("/orion fix the name"))).toMatchObject({
      verb: "fix",
      text: "`src/slack.ts:12`: the name",
      subject: { kind: "review-comment", id: 600 },
      issueNumber: 31,
    });
  });
});

it.each(["push", "check_suite", "check_run", "deployment_status", "installation", "pull_request", "ping", "star"])(
  "the event %s asks nothing, whatever it holds",
  (event) => {
    expect(parse(event, { action: "created", anything: "/orion go" }).kind).toBe("none");
  },
);
