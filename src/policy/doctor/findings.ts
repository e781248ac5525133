/**
 * What the doctor makes of what it saw: one finding a thing it looked at, with
 * the remedy where something is wrong. Pure; the looking is done elsewhere.
 */
import type { Repository } from "../../domain/task.ts";
import { howToProtect } from "../protection.ts";

export interface Finding {
  readonly what: string;
  readonly well: boolean;
  readonly says: string;
  /** what a person does about it; null when all is well */
  readonly remedy: string | null;
}

/** What the App must hold, as app.yml asks for it: no less, and no more. */
export const PERMISSIONS: Readonly<Record<string, "read" | "write">> = {
  metadata: "read",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  checks: "write",
  deployments: "read",
  actions: "read",
  statuses: "read",
};

/** Without these nobody is heard. */
const EVENTS = [
  "issues",
  "issue_comment",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
] as const;

/** One failed delivery in so many is borne. */
const TOLERATED = 5;

const APP_PAGE = "GitHub, Settings, Developer settings, GitHub Apps, your App";

function well(what: string, says: string): Finding {
  return { what, well: true, says, remedy: null };
}

function ill(what: string, says: string, remedy: string): Finding {
  return { what, well: false, says, remedy };
}

/** @param protectedBranch null when the repository has no commit yet */
export function judgeBranch(
  repository: Pick<Repository, "owner" | "name">,
  branch: { readonly name: string; readonly protected: boolean },
): Finding {
  const what = `default branch of ${repository.owner}/${repository.name}`;
  if (branch.protected) return well(what, `${branch.name} is protected`);
  return ill(
    what,
    `${branch.name} is not protected: Orion plans there and pushes nothing`,
    howToProtect({ repository }),
  );
}

export function judgeApp(app: {
  readonly permissions: Readonly<Record<string, string | undefined>>;
  readonly events: readonly string[];
}): readonly Finding[] {
  const lacks = Object.entries(PERMISSIONS).filter(([name, level]) => !grants(app.permissions[name], level));
  const over = Object.entries(app.permissions).filter(
    ([name, level]) => level !== undefined && level !== "none" && !grants(PERMISSIONS[name], level),
  );
  const deaf = EVENTS.filter((event) => !app.events.includes(event));
  const list = (entries: readonly (readonly [string, string | undefined])[]): string =>
    entries.map(([name, level]) => `${name}: ${level ?? "none"}`).join(", ");
  return [
    lacks.length === 0
      ? well("App permissions", "all that are needed")
      : ill(
          "App permissions",
          `lacks ${list(lacks)}`,
          `${APP_PAGE}, Permissions & events: grant ${list(lacks)}; then accept the change where the App is installed`,
        ),
    over.length === 0
      ? well("App permissions, no more", "none beyond what is needed")
      : ill(
          "App permissions, no more",
          `holds ${list(over)}`,
          `${APP_PAGE}, Permissions & events: take away ${list(over)}`,
        ),
    deaf.length === 0
      ? well("App events", "subscribed to all that people write")
      : ill(
          "App events",
          `is not told of ${deaf.join(", ")}`,
          `${APP_PAGE}, Permissions & events: subscribe to ${deaf.join(", ")}`,
        ),
  ];
}

function grants(held: string | undefined, needed: string): boolean {
  return held === needed || (held === "write" && needed === "read");
}

export interface SeenDelivery {
  readonly event: string;
  /** 0 when nobody answered */
  readonly statusCode: number;
}

/** @param deliveries newest first */
export function judgeDeliveries(deliveries: readonly SeenDelivery[]): Finding {
  const what = "webhook deliveries";
  const failed = deliveries.filter(({ statusCode }) => statusCode < 200 || statusCode > 299);
  const [newest] = failed;
  if (deliveries.length === 0)
    return ill(
      what,
      "none yet",
      `${APP_PAGE}, General: tick Active and set the webhook URL to https://<your host>/api/github/webhooks`,
    );
  // A few old failures, from a restart say, are no trouble once deliveries are taken again.
  const recovered = deliveries[0] !== newest && failed.length * TOLERATED <= deliveries.length;
  if (newest === undefined || recovered)
    return well(
      what,
      `${deliveries.length - failed.length} of the last ${deliveries.length} were taken, the newest too`,
    );
  const says = `${failed.length} of the last ${deliveries.length} failed, the newest (${newest.event}) with ${newest.statusCode === 0 ? "no answer" : `status ${newest.statusCode}`}`;
  const remedy =
    newest.statusCode === 400 || newest.statusCode === 401
      ? `${APP_PAGE}, General: set the webhook secret to the value of WEBHOOK_SECRET`
      : `let the webhook URL be reached from GitHub (https://<your host>/api/github/webhooks), then redeliver under ${APP_PAGE}, Advanced`;
  return ill(what, says, remedy);
}

export function judgeEngine(answers: boolean, where: string): Finding {
  return answers
    ? well("Docker engine", `answers at ${where}`)
    : ill(
        "Docker engine",
        `does not answer at ${where}`,
        "start Docker there, or set DOCKER_HOST (and DOCKER_CERT_PATH) to an engine that this machine reaches",
      );
}

/** @param trouble why no turn came, or null */
export function judgeModel(name: string, trouble: string | null): Finding {
  return trouble === null
    ? well("model", `${name} answers`)
    : ill(
        "model",
        `${name}: ${trouble}`,
        "look at OPENAI_API_KEY (valid, with credit), OPENAI_BASE_URL and ORION_MODEL (a model that key may use)",
      );
}

/** What could not be looked at is a finding too. */
export function notSeen(what: string, why: string, remedy: string): Finding {
  return ill(what, why, remedy);
}
