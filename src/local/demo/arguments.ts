/** What `npm run demo` was asked for. Pure. */
import { parseArgs } from "node:util";
import { OrionError } from "../../domain/errors.ts";

export interface DemoArguments {
  /** a path or clone URL; null for this project's own repository */
  readonly repo: string | null;
  /** the request as a person writes it: first line title, rest body */
  readonly issue: string;
  /** where to leave the facts as JSON; null for nowhere */
  readonly json: string | null;
  /** `pr` stops at the pull request; `live` goes on to the deployed change (own repository only) */
  readonly until: "pr" | "live";
}

export const DEMO_ISSUE = "Orion, we need a new tool: `SlackTool` to send notifications.";

export const USAGE = [
  'usage: npm run demo -- [--until pr] [--json FILE] [--repo <path or clone URL> --issue "<text>"]',
  "",
  "  --until pr    stop at the pull request; else it is merged, deployed and used",
  "  --json FILE   leave branch, commits, paths and URLs there",
  "  --repo        another repository, up to its pull request; needs a model or a script for it",
  "  --issue       what to ask for, first line title, rest body",
].join("\n");

/**
 * @param argv what stands after the command
 * @returns null when help was asked for
 * @throws OrionError USAGE naming the option and how it is used
 */
export function parseDemoArguments(argv: readonly string[]): DemoArguments | null {
  const options = {
    repo: { type: "string" },
    issue: { type: "string" },
    json: { type: "string" },
    until: { type: "string" },
    help: { type: "boolean", short: "h" },
  } as const;
  let values: { repo?: string; issue?: string; json?: string; until?: string; help?: boolean };
  try {
    values = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (values.help === true) return null;
  if (values.until !== undefined && values.until !== "pr") throw usage(`--until ${values.until}: only pr is known`);
  if ((values.repo === undefined) !== (values.issue === undefined)) throw usage("--repo and --issue go together");
  return {
    repo: values.repo ?? null,
    issue: addressed(values.issue ?? DEMO_ISSUE),
    json: values.json ?? null,
    until: values.until === "pr" || values.repo !== undefined ? "pr" : "live",
  };
}

/** A request that does not name Orion is put to Orion all the same: it was typed for this demo. */
function addressed(issue: string): string {
  const text = issue.trim();
  if (text === "") throw usage("--issue is empty");
  return /^(orion\s*[,:]|@)/i.test(text) ? text : `Orion, ${text}`;
}

function usage(why: string, cause?: unknown): OrionError {
  return new OrionError(
    "USAGE",
    `${why}
${USAGE}`,
    {},
    cause,
  );
}
