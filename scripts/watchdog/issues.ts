/**
 * What the watchdog has told people, kept as issues of the repository under one
 * label, and telling more. GitHub's REST API with the watchdog's own token; no
 * part of Orion.
 * @source GitHub REST API, "Issues": list, create, comments
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Report } from "./judge.ts";

/** Strangers can open issues, but only who may triage labels them. */
const LABEL = "orion-watchdog";
const ANSWER_MS = 20_000;
const TRIES_AFTER_MS = [1_000, 5_000];

export interface IssuesOptions {
  /** e.g. `https://api.github.com` */
  readonly apiUrl: string;
  /** owner/name */
  readonly repository: string;
  readonly token: string;
}

export interface Told {
  readonly reports: readonly Report[];
  /** the newest open issue of the watchdog's */
  readonly open: number | null;
}

export interface Issues {
  told(since: Date): Promise<Told>;
  /** @returns the issue's address */
  open(title: string, body: string): Promise<string>;
  comment(issue: number, body: string): Promise<string>;
}

const person = z.object({ login: z.string() }).nullable();
const commentSchema = z.object({
  body: z.string().nullish(),
  user: person,
  created_at: z.string(),
  html_url: z.string(),
});
const issueSchema = commentSchema.extend({ number: z.number(), state: z.string() });

/** Hidden in what is told, to be found again. */
export function marker(deployId: string, what: "rolled-back" | "called"): string {
  return `<!-- ${LABEL} ${what} ${deployId} -->`;
}

function reportIn({ body, created_at: at }: z.output<typeof commentSchema>): readonly Report[] {
  const found = new RegExp(`<!-- ${LABEL} (rolled-back|called) (\\S+) -->`).exec(body ?? "");
  const [, what, deployId] = found ?? [];
  return deployId === undefined ? [] : [{ deployId, rolledBack: what === "rolled-back", at: new Date(at) }];
}

/** Asking again would not help. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Every method throws an Error with GitHub's words. */
export function githubIssues(options: IssuesOptions): Issues {
  const at = `/repos/${options.repository}/issues`;
  return {
    async told(since) {
      const query = `labels=${LABEL}&state=all&since=${since.toISOString()}&per_page=100`;
      const issues = await ask(options, "GET", `${at}?${query}`, z.array(issueSchema));
      const comments = await Promise.all(
        issues.map(async ({ number, user }) => {
          const all = await ask(options, "GET", `${at}/${number}/comments?per_page=100`, z.array(commentSchema));
          // anybody may comment; only what the issue's own author wrote counts
          return all.filter((one) => one.user?.login === user?.login);
        }),
      );
      const open = issues.filter((one) => one.state === "open").map((one) => one.number);
      return {
        reports: [...issues, ...comments.flat()].flatMap(reportIn),
        open: open.length === 0 ? null : Math.max(...open),
      };
    },
    open: async (title, body) =>
      (await ask(options, "POST", at, issueSchema, { title, body, labels: [LABEL] })).html_url,
    comment: async (issue, body) =>
      (await ask(options, "POST", `${at}/${issue}/comments`, commentSchema, { body })).html_url,
  };
}

/** A question is asked again; what creates something is sent once, and whoever sent it looks whether it is there. */
async function ask<T>(
  options: IssuesOptions,
  method: "GET" | "POST",
  path: string,
  schema: z.ZodType<T>,
  body?: object,
): Promise<T> {
  for (const delayMs of method === "GET" ? TRIES_AFTER_MS : []) {
    try {
      return schema.parse(await exchange(options, method, path, body));
    } catch (error) {
      if (error instanceof Refused) throw error;
      // the last try below tells why
      await sleep(delayMs);
    }
  }
  return schema.parse(await exchange(options, method, path, body));
}

async function exchange(
  { apiUrl, token }: IssuesOptions,
  method: "GET" | "POST",
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${apiUrl.replace(/\/+$/, "")}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/vnd.github+json",
      "user-agent": LABEL,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  const words = `GitHub refused ${method} ${path}: ${response.status} ${text.slice(0, 300)}`;
  throw response.status < 500 && response.status !== 429 ? new Refused(words) : new Error(words);
}
