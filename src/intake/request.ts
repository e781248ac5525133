/**
 * A Request: what one person asks of Orion with one webhook. Made here, parsed in
 * `parse-request.ts`, handled in `handle-request.ts`.
 */
import type { Person, Subject } from "../domain/task.ts";
import type { Address } from "../policy/addressing.ts";
import type { Verb } from "../policy/verbs.ts";
import type { User } from "./payloads.ts";

export interface Request {
  readonly kind: "request";
  /** `work` is an addressed issue or a sentence asking for a change; `unknown` is no verb of the table */
  readonly verb: Verb | "work" | "unknown";
  /** visible words to act upon; "" when the command came alone */
  readonly text: string;
  /** the same words without the place that `text` begins with */
  readonly words: string;
  /** true when hidden content was removed from the words */
  readonly hidden: boolean;
  /** of the issue, or the first words when the issue is not what is acted upon */
  readonly title: string;
  /** where the words stand, for reactions */
  readonly subject: Subject;
  /** number of the issue or pull request they stand in */
  readonly issueNumber: number;
  readonly onPullRequest: boolean;
  /** who gave the command, set the label, or opened the issue */
  readonly author: Person;
  /** whose words `text` is */
  readonly textAuthor: Person;
  /** only for `unknown` */
  readonly unknown: { readonly word: string; readonly nearest: Verb } | null;
  /** the review whose line comments belong to the words */
  readonly review: number | null;
  /** true when the command came alone, so that the issue's own words stand for it */
  readonly bare: boolean;
  /** true when an edit asks: it counts only where nothing was asked before */
  readonly edited: boolean;
}

export type ParsedRequest = { readonly kind: "none"; readonly because: string } | Request;

const TITLE_MAX = 120;

/** What a webhook adds to the words. */
export interface RequestFacts {
  readonly verb?: "work";
  readonly subject: Subject;
  readonly issue: { readonly number: number; readonly onPullRequest: boolean; readonly title: string | null };
  readonly author: User;
  readonly textAuthor: User;
  readonly edited: boolean;
  readonly bare?: boolean;
  readonly review?: number;
  readonly words?: string;
}

/** @returns none when the words are not addressed to Orion */
export function request(address: Address, facts: RequestFacts): ParsedRequest {
  if (address.kind === "none") return none("not addressed to Orion");
  const words = "text" in address ? { text: address.text, hidden: address.hidden } : { text: "", hidden: false };
  return {
    kind: "request",
    verb: facts.verb ?? verbOf(address),
    ...words,
    words: facts.words ?? words.text,
    title: facts.issue.title ?? titleFrom(words.text),
    subject: facts.subject,
    issueNumber: facts.issue.number,
    onPullRequest: facts.issue.onPullRequest,
    author: person(facts.author),
    textAuthor: person(facts.textAuthor),
    unknown: address.kind === "unknown" ? { word: address.word, nearest: address.nearest } : null,
    review: facts.review ?? null,
    bare: facts.bare ?? false,
    edited: facts.edited,
  };
}

function verbOf(address: Exclude<Address, { kind: "none" }>): Request["verb"] {
  if (address.kind === "unknown") return "unknown";
  if (address.kind === "command") return address.verb;
  return address.asks === "change" ? "work" : "ask";
}

function titleFrom(text: string): string {
  const [first = ""] = text.split("\n");
  return first.length > TITLE_MAX ? `${first.slice(0, TITLE_MAX - 1)}…` : first;
}

function person(user: User): Person {
  return { id: user.id, login: user.login };
}

/** @param because for the delivery's record */
export function none(because: string): ParsedRequest {
  return { kind: "none", because };
}
