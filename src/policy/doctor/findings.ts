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
  /** ids of the repositories whose own people can mend it; missing where only the operator can */
  readonly repositories?: readonly number[];
}

/** What the App must hold and be told of, as app.yml asks for it: no less, and no more. */
export interface WantedApp {
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

/** One failed delivery in so many is borne. */
const TOLERATED = 5;

const APP_PAGE = "GitHub, Settings, Developer settings, GitHub Apps, your App";

function well(what: string, says: string): Finding {
  return { what, well: true, says, remedy: null };
}

function ill(what: string, says: string, remedy: string): Finding {
  return { what, well: false, says, remedy };
}

export function judgeBranch(
  repository: Pick<Repository, "id" | "owner" | "name">,
  branch: { readonly name: string; readonly protected: boolean },
): Finding {
  const what = `default branch of ${repository.owner}/${repository.name}`;
  if (branch.protected) return well(what, `${branch.name} is protected`);
  const says = `${branch.name} is not protected: Orion plans there and pushes nothing`;
  return { ...ill(what, says, howToProtect({ repository })), repositories: [repository.id] };
}

type Held = Readonly<Record<string, string | undefined>>;

const list = (entries: readonly (readonly [string, string | undefined])[]): string =>
  entries.map(([name, level]) => `${name}: ${level ?? "none"}`).join(", ");

function lacking(held: Held, wanted: WantedApp["permissions"]): readonly (readonly [string, string])[] {
  return Object.entries(wanted).filter(([name, level]) => !grants(held[name], level));
}

export function judgeApp(
  app: { readonly permissions: Held; readonly events: readonly string[] },
  wanted: WantedApp,
): readonly Finding[] {
  const lacks = lacking(app.permissions, wanted.permissions);
  const over = Object.entries(app.permissions).filter(
    ([name, level]) => level !== undefined && level !== "none" && !grants(wanted.permissions[name], level),
  );
  const deaf = wanted.events.filter((event) => !app.events.includes(event));
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
      ? well("App events", "subscribed to all that are needed")
      : ill(
          "App events",
          `is not told of ${deaf.join(", ")}`,
          `${APP_PAGE}, Permissions & events: subscribe to ${deaf.join(", ")}`,
        ),
  ];
}

export interface SeenInstallation {
  readonly account: string;
  readonly permissions: Held;
  readonly repositories: readonly Pick<Repository, "id">[];
}

/** What the App was given later counts in an installation only once its owner agrees. */
export function judgeInstallation(
  { account, permissions, repositories }: SeenInstallation,
  wanted: WantedApp,
): Finding {
  const what = `installation on ${account}`;
  const lacks = lacking(permissions, wanted.permissions);
  if (lacks.length === 0) return well(what, "granted all that is needed");
  const remedy = `An owner of ${account} opens Settings, GitHub Apps (Integrations), Orion's App, Review request, and accepts the new permissions`;
  return { ...ill(what, `has not granted ${list(lacks)}`, remedy), repositories: repositories.map(({ id }) => id) };
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
