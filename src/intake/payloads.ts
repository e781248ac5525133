/**
 * The parts of GitHub's webhooks that intake reads, as zod schemas. Whatever
 * else a webhook holds is neither checked nor used.
 * @source GitHub documentation, "Webhook events and payloads"
 */
import { z } from "zod";

const user = z.object({ id: z.number(), login: z.string(), type: z.string() });
export type User = z.infer<typeof user>;

/** Deleted accounts come as null. */
const author = user.nullable();
const bodyText = z
  .string()
  .nullish()
  .transform((body) => body ?? "");

const issue = z.object({
  number: z.number(),
  title: z.string(),
  body: bodyText,
  user: author,
  state: z.string(),
  labels: z.array(z.object({ name: z.string() })).default([]),
  pull_request: z.unknown().optional(),
});
export type IssuePayload = z.infer<typeof issue>;

const from = z.object({ from: z.string() }).optional();

export const issuesEvent = z.object({
  action: z.string(),
  issue,
  label: z.object({ name: z.string() }).optional(),
  changes: z.object({ title: from, body: from }).optional(),
  sender: user,
});

export const issueCommentEvent = z.object({
  action: z.string(),
  issue,
  comment: z.object({ id: z.number(), body: bodyText, user: author }),
  changes: z.object({ body: from }).optional(),
  sender: user,
});

const pullRequest = z.object({ number: z.number(), title: z.string() });

export const pullRequestEvent = z.object({ action: z.string(), pull_request: pullRequest });

export const reviewCommentEvent = z.object({
  action: z.string(),
  pull_request: pullRequest,
  comment: z.object({
    id: z.number(),
    body: bodyText,
    user: author,
    path: z.string(),
    line: z.number().nullish(),
    original_line: z.number().nullish(),
  }),
  changes: z.object({ body: from }).optional(),
  sender: user,
});

export const reviewEvent = z.object({
  action: z.string(),
  pull_request: pullRequest,
  review: z.object({ id: z.number(), state: z.string(), body: bodyText, user: author }),
  sender: user,
});

const account = z.object({ login: z.string() });

/** Any event about one repository. */
export const repositoryEvent = z.object({
  repository: z.object({ id: z.number(), name: z.string(), owner: account }),
  installation: z.object({ id: z.number() }),
});

const listed = z.array(z.object({ id: z.number(), name: z.string(), full_name: z.string() })).default([]);

/** `installation` and `installation_repositories`. */
export const installationEvent = z.object({
  action: z.string(),
  installation: z.object({ id: z.number(), account }),
  repositories: listed,
  repositories_added: listed,
});
