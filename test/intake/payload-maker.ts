/** Webhook payloads as GitHub sends them, cut to what matters, for intake's tests. */
export interface Login {
  readonly id: number;
  readonly login: string;
  readonly type: string;
}

export const ada: Login = { id: 11, login: "ada", type: "User" };
export const bob: Login = { id: 12, login: "bob", type: "User" };
export const robot: Login = { id: 13, login: "dependabot[bot]", type: "Bot" };
export const self: Login = { id: 14, login: "orion-app[bot]", type: "Bot" };

const place = {
  repository: { id: 900, name: "web", full_name: "acme/web", owner: { login: "acme" } },
  installation: { id: 77 },
};

interface IssueParts {
  readonly number?: number;
  readonly title?: string;
  readonly body?: string | null;
  readonly user?: Login | null;
  readonly labels?: readonly string[];
  readonly pullRequest?: boolean;
}

const issueOf = (parts: IssueParts) => ({
  number: parts.number ?? 7,
  title: parts.title ?? "Add SlackTool",
  body: parts.body === undefined ? "It sends messages." : parts.body,
  user: parts.user === undefined ? ada : parts.user,
  state: "open",
  labels: (parts.labels ?? []).map((name) => ({ name })),
  ...(parts.pullRequest === true ? { pull_request: { url: "x" } } : {}),
});

export function issuesPayload(
  action: string,
  parts: IssueParts & {
    readonly sender?: Login;
    readonly label?: string;
    readonly old?: { title?: string; body?: string };
  },
) {
  const from = (text: string | undefined) => (text === undefined ? {} : { from: text });
  const changes = parts.old && {
    ...(parts.old.title === undefined ? {} : { title: from(parts.old.title) }),
    ...(parts.old.body === undefined ? {} : { body: from(parts.old.body) }),
  };
  return {
    action,
    issue: issueOf(parts),
    sender: parts.sender ?? ada,
    ...(parts.label === undefined ? {} : { label: { name: parts.label } }),
    ...(changes === undefined ? {} : { changes }),
    ...place,
  };
}

export function commentPayload(
  body: string,
  parts: {
    readonly action?: string;
    readonly id?: number;
    readonly user?: Login | null;
    readonly sender?: Login;
    readonly issue?: IssueParts;
    readonly old?: string;
  } = {},
) {
  return {
    action: parts.action ?? "created",
    issue: issueOf(parts.issue ?? {}),
    comment: { id: parts.id ?? 500, body, user: parts.user === undefined ? (parts.sender ?? ada) : parts.user },
    sender: parts.sender ?? ada,
    ...(parts.old === undefined ? {} : { changes: { body: { from: parts.old } } }),
    ...place,
  };
}

export function reviewCommentPayload(body: string, parts: { readonly id?: number; readonly sender?: Login } = {}) {
  return {
    action: "created",
    pull_request: { number: 31, title: "Add SlackTool" },
    comment: { id: parts.id ?? 600, body, user: parts.sender ?? ada, path: "src/slack.ts", line: 12 },
    sender: parts.sender ?? ada,
    ...place,
  };
}

export function reviewPayload(
  state: string,
  body: string | null,
  parts: { readonly sender?: Login; readonly pull?: number } = {},
) {
  return {
    action: "submitted",
    pull_request: { number: parts.pull ?? 31, title: "Add SlackTool" },
    review: { id: 800, state, body, user: parts.sender ?? ada },
    sender: parts.sender ?? ada,
    ...place,
  };
}
