/**
 * What a person does at the forge, for demonstrations and tests: plain fetch
 * with their personal token.
 */
import { OrionError } from "../../domain/errors.ts";

export interface Person {
  fileIssue(
    at: Place,
    issue: { readonly title: string; readonly body?: string; readonly labels?: readonly string[] },
  ): Promise<Made>;
  comment(at: Place, issue: number, body: string): Promise<Made>;
  editComment(at: Place, comment: number, body: string): Promise<Made>;
  review(at: Place, pull: number, review: PersonReview): Promise<Made>;
  /** Answers a review comment in its thread. */
  reply(at: Place, pull: number, comment: number, body: string): Promise<Made>;
  merge(at: Place, pull: number, method?: "merge" | "squash" | "rebase"): Promise<{ readonly sha: string }>;
  addLabel(at: Place, issue: number, label: string): Promise<void>;
  close(at: Place, issue: number): Promise<void>;
  /** Any other call. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** A repository, by name. */
export interface Place {
  readonly owner: string;
  readonly repo: string;
}

export interface Made {
  readonly id: number;
  /** of the issue or pull request; undefined for comments */
  readonly number?: number;
  readonly html_url: string;
}

export interface PersonReview {
  readonly event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT";
  readonly body?: string;
  readonly comments?: readonly { readonly path: string; readonly line: number; readonly body: string }[];
}

/** @throws OrionError FORGE_PERSON from every method when the forge refuses; its words are in the message */
export function asPerson(forge: { readonly apiUrl: string }, token: string): Person {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${forge.apiUrl}${path}`, {
      method,
      headers: { authorization: `token ${token}`, accept: "application/vnd.github+json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return text === "" ? null : JSON.parse(text);
    const { status } = response;
    throw new OrionError("FORGE_PERSON", `${method} ${path} answered ${status}: ${text}`, { status });
  };
  const made = async (method: string, path: string, body: unknown): Promise<Made> =>
    (await call(method, path, body)) as Made;
  const at = ({ owner, repo }: Place): string => `/repos/${owner}/${repo}`;
  return {
    call,
    fileIssue: (place, issue) => made("POST", `${at(place)}/issues`, issue),
    comment: (place, issue, body) => made("POST", `${at(place)}/issues/${issue}/comments`, { body }),
    editComment: (place, comment, body) => made("PATCH", `${at(place)}/issues/comments/${comment}`, { body }),
    review: (place, pull, review) => made("POST", `${at(place)}/pulls/${pull}/reviews`, review),
    reply: (place, pull, comment, body) =>
      made("POST", `${at(place)}/pulls/${pull}/comments/${comment}/replies`, { body }),
    merge: async (place, pull, method = "merge") =>
      (await call("PUT", `${at(place)}/pulls/${pull}/merge`, { merge_method: method })) as { readonly sha: string },
    addLabel: async (place, issue, label) => {
      await call("POST", `${at(place)}/issues/${issue}/labels`, { labels: [label] });
    },
    close: async (place, issue) => {
      await call("PATCH", `${at(place)}/issues/${issue}`, { state: "closed" });
    },
  };
}
