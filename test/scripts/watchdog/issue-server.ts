/** GitHub as far as the watchdog asks it: issues under a label and their comments, over real HTTP. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

interface Said {
  readonly body: string;
  readonly user: { readonly login: string };
  readonly created_at: string;
  readonly html_url: string;
}

export interface KeptIssue extends Said {
  readonly number: number;
  readonly state: "open" | "closed";
  readonly title: string;
  readonly labels: readonly string[];
  readonly comments: Said[];
}

export interface IssueServer {
  readonly url: string;
  readonly issues: KeptIssue[];
  /** The next POST takes effect, but nobody is told. */
  loseAnswer(): void;
}

export const TOKEN = "the-watchdogs-own";

export async function startIssues(repository: string): Promise<IssueServer> {
  const issues: KeptIssue[] = [];
  let losing = false;
  const at = `/repos/${repository}/issues`;
  const said = (body: string): Said => ({
    ...{ body, user: { login: "watchdog[bot]" }, created_at: new Date().toISOString(), html_url: `http://github${at}` },
  });
  function post(path: string, sent: { title: string; body: string; labels: readonly string[] }): object | null {
    if (path === at) {
      const { title, labels, body } = sent;
      const issue: KeptIssue = { ...said(body), number: issues.length + 1, state: "open", title, labels, comments: [] };
      issues.push(issue);
      return issue;
    }
    const issue = issues.find(({ number }) => path === `${at}/${number}/comments`);
    issue?.comments.push(said(sent.body));
    return issue?.comments.at(-1) ?? null;
  }
  function get({ pathname, searchParams }: URL): object | null {
    const label = searchParams.get("labels");
    if (pathname === at) return issues.filter(({ labels }) => label === null || labels.includes(label));
    return issues.find(({ number }) => pathname === `${at}/${number}/comments`)?.comments ?? null;
  }
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return response.writeHead(401).end("{}");
    const url = new URL(request.url ?? "/", "http://github");
    const answer = request.method === "POST" ? post(url.pathname, JSON.parse(text)) : get(url);
    if (request.method === "POST" && losing) {
      losing = false;
      return response.destroy();
    }
    return response.writeHead(answer === null ? 404 : 200).end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    issues,
    loseAnswer: () => {
      losing = true;
    },
  };
}
