/** What GitHub answers with, cut to what the adapter reads, and what the port makes of it. */
export const issue = {
  number: 7,
  title: "Add",
  body: null,
  user: { id: 1, login: "ada", type: "User" },
  state: "open",
  labels: [{ name: "orion" }, "bug"],
};

export const pull = {
  number: 31,
  node_id: "PR_1",
  state: "open",
  merged_at: null,
  draft: true,
  head: { ref: "feature/x", sha: "a1" },
  base: { ref: "master" },
  title: "t",
  body: null,
  html_url: "https://github.com/acme/web/pull/31",
  user: { login: "orion-app[bot]" },
};
export const portPull = {
  number: 31,
  nodeId: "PR_1",
  state: "open" as const,
  merged: false,
  draft: true,
  headRef: "feature/x",
  headSha: "a1",
  baseRef: "master",
  title: "t",
  body: "",
  url: "",
  author: "orion-app[bot]",
};
export const check = {
  name: "orion/scope",
  headSha: "a1",
  externalId: "r:1",
  status: "in_progress" as const,
  title: "t",
  summary: "s",
};
