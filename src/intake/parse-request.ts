/**
 * A webhook's payload → what a person asks of Orion, or nothing. Pure: it asks
 * neither GitHub nor the store, so it cannot know who may.
 */
import { type Address, addressOfComment, addressOfIssue, isLabel } from "../policy/addressing.ts";
import { visibleText } from "../policy/markdown.ts";
import type { Verb } from "../policy/verbs.ts";
import { visibleLine } from "../policy/words/characters.ts";
import {
  type IssuePayload,
  issueCommentEvent,
  issuesEvent,
  reviewCommentEvent,
  reviewEvent,
  type User,
} from "./payloads.ts";
import { none, type ParsedRequest, request } from "./request.ts";

/** Alone in a comment they mean the issue above it. */
const TAKE_THE_ISSUE: readonly Verb[] = ["go", "plan"];
/** The account GitHub shows in place of a deleted one: its words are nobody's who may. */
const GHOST: User = { id: 10137, login: "ghost", type: "User" };

/**
 * @param event the `X-GitHub-Event` header
 * @param payload as GitHub sent it, signature checked
 * @param slug the App's
 * @throws ZodError when a payload of an event that is read has not the shape GitHub documents
 */
export function parseRequest(event: string, payload: unknown, slug: string): ParsedRequest {
  switch (event) {
    case "issues":
      return parseIssue(issuesEvent.parse(payload), slug);
    case "issue_comment":
      return parseComment(issueCommentEvent.parse(payload), slug);
    case "pull_request_review_comment":
      return parseReviewComment(reviewCommentEvent.parse(payload), slug);
    case "pull_request_review":
      return parseReview(reviewEvent.parse(payload), slug);
    default:
      return none(`${event} asks nothing`);
  }
}

function parseIssue(payload: ReturnType<typeof issuesEvent.parse>, slug: string): ParsedRequest {
  const { action, issue, sender } = payload;
  const wrong = unfit(sender, issue.user);
  if (wrong !== null) return none(wrong);
  const edited = action === "edited";
  if (action === "labeled" ? !isLabel(payload.label?.name ?? "") : action !== "opened" && !edited) {
    return none(`issues.${action} asks nothing`);
  }
  if (edited && sender.id !== issue.user?.id) return none("somebody else edited the issue");
  const words = { title: issue.title, body: issue.body, labels: issue.labels.map((label) => label.name) };
  if (action === "labeled") words.labels.push("orion");
  const address = addressOfIssue(words, slug);
  if (edited && addressOfIssue(before(words, payload.changes), slug).kind !== "none") {
    return none("the issue was addressed before the edit");
  }
  const verb = address.kind === "command" && address.verb === "go" ? "work" : null;
  return request(address, {
    ...(verb === null ? {} : { verb }),
    subject: { kind: "issue", id: issue.number },
    issue: { number: issue.number, onPullRequest: false, title: visibleLine(issue.title).text },
    author: sender,
    textAuthor: issue.user ?? sender,
    edited,
  });
}

function parseComment(payload: ReturnType<typeof issueCommentEvent.parse>, slug: string): ParsedRequest {
  const { issue, comment } = payload;
  const wrong = unfitComment(payload.action, payload.sender, comment.user, payload.changes?.body?.from, slug);
  if (wrong !== null) return none(wrong);
  const onPullRequest = issue.pull_request !== undefined && issue.pull_request !== null;
  const address = addressOfComment(comment.body, slug);
  const bare = address.kind === "command" && TAKE_THE_ISSUE.includes(address.verb) && address.text === "";
  return request(bare ? withIssueWords(address, issue) : address, {
    subject: { kind: "comment", id: comment.id },
    issue: { number: issue.number, onPullRequest, title: bare ? visibleLine(issue.title).text : null },
    author: payload.sender,
    textAuthor: bare ? (issue.user ?? GHOST) : payload.sender,
    edited: payload.action === "edited",
    bare,
  });
}

function parseReviewComment(payload: ReturnType<typeof reviewCommentEvent.parse>, slug: string): ParsedRequest {
  const { comment } = payload;
  const wrong = unfitComment(payload.action, payload.sender, comment.user, payload.changes?.body?.from, slug);
  if (wrong !== null) return none(wrong);
  const place = placeOf(comment.path, comment.line ?? comment.original_line ?? null);
  const address = addressOfComment(comment.body, slug);
  const spoken = "text" in address && address.text !== "" ? { ...address, text: `${place}: ${address.text}` } : address;
  return request(spoken, {
    ...("text" in address ? { words: address.text } : {}),
    subject: { kind: "review-comment", id: comment.id },
    issue: { number: payload.pull_request.number, onPullRequest: true, title: null },
    author: payload.sender,
    textAuthor: payload.sender,
    edited: payload.action === "edited",
  });
}

/** "Request changes" is one `fix` with everything the review says; other reviews ask only when they say so. */
function parseReview(payload: ReturnType<typeof reviewEvent.parse>, slug: string): ParsedRequest {
  const { review } = payload;
  if (payload.action !== "submitted") return none(`pull_request_review.${payload.action} asks nothing`);
  const wrong = unfit(payload.sender, review.user);
  if (wrong !== null) return none(wrong);
  const batch = review.state.toLowerCase() === "changes_requested";
  const said = addressOfComment(review.body, slug);
  const words = "text" in said ? { text: said.text, hidden: said.hidden } : visibleText(review.body);
  return request(batch ? { kind: "command", verb: "fix", ...words } : said, {
    // a review itself takes no reaction in GitHub's REST API, its pull request does
    subject: { kind: "issue", id: payload.pull_request.number },
    issue: { number: payload.pull_request.number, onPullRequest: true, title: null },
    author: payload.sender,
    textAuthor: payload.sender,
    edited: false,
    review: review.id,
  });
}

/** @returns `path:line`, or the path alone for a comment on the whole file */
export function placeOf(path: string, line: number | null): string {
  return `\`${visibleLine(path).text.replaceAll("`", "'")}${line === null ? "" : `:${line}`}\``;
}

function withIssueWords(address: Extract<Address, { kind: "command" }>, issue: IssuePayload): Address {
  const title = visibleLine(issue.title);
  const body = visibleText(issue.body);
  const text = [title.text, body.text].filter((part) => part !== "").join("\n\n");
  return { ...address, text, hidden: title.hidden || body.hidden };
}

function before(words: { title: string; body: string }, changes: { title?: From; body?: From } | undefined) {
  // labels are left out: an issue that has the label became a request when it was set
  return { title: changes?.title?.from ?? words.title, body: changes?.body?.from ?? words.body, labels: [] };
}
type From = { from: string } | undefined;

function unfitComment(action: string, sender: User, author: User | null, old: string | undefined, slug: string) {
  if (action !== "created" && action !== "edited") return `${action} asks nothing`;
  if (action === "edited" && old === undefined) return "the edit changed no words";
  if (old !== undefined && !["none", "unknown"].includes(addressOfComment(old, slug).kind)) {
    return "the comment was addressed before the edit";
  }
  if (sender.id !== author?.id) return "somebody else edited the comment";
  return unfit(sender, author);
}

function unfit(sender: User, author: User | null): string | null {
  if (isBot(sender)) return "a bot sent it";
  if (author === null || isBot(author)) return "a bot or a deleted account wrote it";
  return null;
}

function isBot(user: User): boolean {
  return user.type !== "User" || user.login.endsWith("[bot]");
}
