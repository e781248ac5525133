/** GitHub for intake's tests: keeps what was said and done, and knows roles. Everything else fails. */
import { OrionError } from "../../src/domain/errors.ts";
import type { GitHub, Role } from "../../src/domain/ports/github-port.ts";
import type { ReviewComment, Reviews } from "../../src/domain/ports/threads-port.ts";

export interface GitHubDouble {
  readonly github: GitHub & Reviews;
  /** `eyes issue:7`, in order */
  readonly reactions: string[];
  readonly comments: { readonly issue: number; readonly body: string }[];
  readonly roles: Map<string, Role>;
  readonly reviewComments: ReviewComment[];
  /** thrown once by the next call of that method, after it took effect */
  readonly failAfter: Map<"react" | "createComment", Error>;
  /** thrown once by the next call of that method, before it takes effect */
  readonly failBefore: Map<"createComment", Error>;
}

/** What intake is handed besides store and GitHub. */
const noScope = async () => "no scope here";
export const REST = {
  settings: { budgetUsd: 5, mostUsd: 20, runsPerHour: 5, paused: false },
  openRevert: async () => ({ refused: "Nothing is reverted here." }),
  scope: { judge: noScope, approve: noScope, withdraw: noScope },
  checks: { ended: async () => null, again: async () => "verified again" },
  afterwards: {
    closed: async () => "closed",
    moved: async () => null,
    deployed: async () => null,
    installed: async () => {},
  },
  migrations: { request: async () => undefined, judge: async () => ({ verdict: null, waiting: [] }) },
  links: { web: "https://hub.example", runPage: (runId: string) => `https://orion.example/runs/${runId}` },
  approver: async () => "write" as const,
  tools: [],
  redact: (text: string) => text.replaceAll("hunter2", "[redacted]"),
  proof: async (_: unknown, path: string) => (path === "src/a.ts" ? { quote: "const a = 1;", commit: "c1" } : null),
  holds: async (_: unknown, fact: { readonly quote: string }) => fact.quote === "const a = 1;",
};

export const SLUG = "orion-app";

export function githubDouble(): GitHubDouble {
  const reactions: string[] = [];
  const comments: { issue: number; body: string }[] = [];
  const roles = new Map<string, Role>();
  const reviewComments: ReviewComment[] = [];
  const failAfter: GitHubDouble["failAfter"] = new Map();
  const failBefore: GitHubDouble["failBefore"] = new Map();
  const stumble = (method: "react" | "createComment", at: Map<string, Error> = failAfter) => {
    const error = at.get(method);
    at.delete(method);
    if (error !== undefined) throw error;
  };
  const unused = (name: string) => async () => {
    throw new OrionError("NOT_EXPECTED", `intake called ${name}; it has no business there`);
  };
  const github: GitHub & Reviews = {
    appSlug: async () => SLUG,
    role: async (_, login) => roles.get(login) ?? "none",
    react: async (_, subject, reaction) => {
      const line = `${reaction} ${subject.kind}:${subject.id}`;
      if (!reactions.includes(line)) reactions.push(line);
      stumble("react");
    },
    createComment: async (_, issue, body) => {
      stumble("createComment", failBefore);
      comments.push({ issue, body });
      stumble("createComment");
      return comments.length;
    },
    findComment: async (_, issue, marker) => {
      const index = comments.findIndex((comment) => comment.issue === issue && comment.body.includes(marker));
      return index === -1 ? null : index + 1;
    },
    reviewComments: async () => reviewComments,
    defaultBranch: unused("defaultBranch"),
    branchHead: unused("branchHead"),
    issue: unused("issue"),
    editComment: unused("editComment"),
    findPull: unused("findPull"),
    pull: unused("pull"),
    mergedPull: unused("mergedPull"),
    openPull: unused("openPull"),
    editPull: unused("editPull"),
    markReady: unused("markReady"),
    putCheck: unused("putCheck"),
    endCheck: unused("endCheck"),
    ciOf: unused("ciOf"),
    ciWords: unused("ciWords"),
    ciAgain: unused("ciAgain"),
    remote: unused("remote"),
    thread: unused("thread"),
    resolveThread: unused("resolveThread"),
    replyInThread: unused("replyInThread"),
    findReply: unused("findReply"),
    search: unused("search"),
  };
  return { github, reactions, comments, roles, reviewComments, failAfter, failBefore };
}
