/**
 * Looks at everything Orion needs and hands back one finding for each. Trouble
 * with one thing never keeps the doctor from the next; nothing is changed.
 */
import { randomBytes } from "node:crypto";
import type { Config } from "../../config.ts";
import { describeError } from "../../domain/errors.ts";
import type { Model } from "../../domain/ports/model-port.ts";
import type { SandboxHome } from "../../domain/ports/sandbox-port.ts";
import type { Installation } from "../../github/app-health.ts";
import type { GitHubApp } from "../../github/github-app.ts";
import {
  type Finding,
  judgeApp,
  judgeBranch,
  judgeDeliveries,
  judgeEngine,
  judgeInstallation,
  judgeModel,
  notSeen,
  type WantedApp,
} from "../../policy/doctor/findings.ts";
import { judgePreflight, PROBE } from "../../policy/doctor/preflight.ts";
import { judgeSecrets } from "../../policy/doctor/secrets.ts";
import { appManifest } from "../app-manifest.ts";

const PROBE_MS = 30_000;
const MODEL_MS = 60_000;

/** What the doctor may do on GitHub: look. */
export interface SeenApp extends Pick<GitHubApp, "health"> {
  readonly github: Pick<GitHubApp["github"], "defaultBranch">;
}

export interface DoctorParts {
  readonly config: Config;
  /** null when APP_ID, PRIVATE_KEY or WEBHOOK_SECRET is not set */
  readonly app: SeenApp | null;
  readonly engine: { readonly where: string; answers(): Promise<boolean> };
  /** opens a home on that engine, or gives the one that is there; null where sandboxes need no engine */
  readonly home: (() => Promise<Pick<SandboxHome, "open" | "stop">>) | null;
  /** @throws OrionError CONFIG_MISSING without key and script */
  model(): Model;
}

/** @returns the findings in the order a person would mend them */
export async function examine({ config, app, engine, home, model }: DoctorParts): Promise<readonly Finding[]> {
  const { WEBHOOK_SECRET, PRIVATE_KEY, DATABASE_URL } = config;
  const secrets = judgeSecrets({ webhookSecret: WEBHOOK_SECRET, privateKey: PRIVATE_KEY, databaseUrl: DATABASE_URL });
  return [...secrets, ...(await seeApp(app)), ...(await seeEngine(engine, home)), await seeModel(model)];
}

async function seeEngine(engine: DoctorParts["engine"], home: DoctorParts["home"]): Promise<readonly Finding[]> {
  if (home === null) return [];
  const answers = await engine.answers();
  const mend = "mend what it says, then run the doctor again";
  return [judgeEngine(answers, engine.where), ...(answers ? await tried("sandbox", mend, () => preflight(home)) : [])];
}

async function seeApp(app: DoctorParts["app"]): Promise<readonly Finding[]> {
  if (app === null)
    return [
      notSeen(
        "GitHub App",
        "is not configured",
        "register one (README, Register the GitHub App), then set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET",
      ),
    ];
  const reach = "look at APP_ID, PRIVATE_KEY and GITHUB_API_URL: they must belong to one App";
  const { default_permissions: permissions, default_events: events } = appManifest();
  const wanted: WantedApp = { permissions, events };
  const { health, github } = app;
  return [
    ...(await tried("GitHub App", reach, async () => judgeApp(await health.app(), wanted))),
    ...(await tried("webhook deliveries", reach, async () => [judgeDeliveries(await health.deliveries())])),
    ...(await tried("repositories", reach, async () => seeInstallations(await health.installations(), wanted, github))),
  ];
}

/** One call after the other: an installation of hundreds must not meet GitHub's limits. */
async function seeInstallations(
  installations: readonly Installation[],
  wanted: WantedApp,
  github: SeenApp["github"],
): Promise<readonly Finding[]> {
  if (installations.every(({ repositories }) => repositories.length === 0))
    return [
      notSeen(
        "repositories",
        "the App is installed on none",
        "on the App's page: Install App, and choose the repositories Orion may work on",
      ),
    ];
  const findings: Finding[] = [];
  for (const installation of installations) {
    findings.push(judgeInstallation(installation, wanted));
    for (const one of installation.repositories) {
      const what = `default branch of ${one.owner}/${one.name}`;
      const look = async () => [judgeBranch(one, await github.defaultBranch(one))];
      findings.push(...(await tried(what, "a first commit makes it; else try again later", look)));
    }
  }
  return findings;
}

/** What throws is a finding by itself. */
async function tried(
  what: string,
  remedy: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [notSeen(what, describeError(error), remedy)];
  }
}

/** The profile as it takes effect, seen from inside a sandbox as agents get it. */
async function preflight(open: NonNullable<DoctorParts["home"]>): Promise<readonly Finding[]> {
  const home = await open();
  try {
    const name = `doctor-${randomBytes(6).toString("hex")}`;
    const sandbox = await home.open({ name, runId: "doctor", prepared: null, content: emptyTar });
    try {
      const { output } = await sandbox.exec(["sh", "-c", PROBE], { deadlineMs: PROBE_MS });
      return judgePreflight(output);
    } finally {
      await sandbox.close();
    }
  } finally {
    await home.stop();
  }
}

/** Two blocks of zeros end an archive. */
async function* emptyTar(): AsyncIterable<Uint8Array> {
  yield new Uint8Array(1_024);
}

async function seeModel(open: DoctorParts["model"]): Promise<Finding> {
  try {
    const model = open();
    if (model.scripted) return judgeModel("a script", null);
    const thread = [{ kind: "user", text: "Answer with the word ready." }] as const;
    const request = {
      role: "doctor",
      turn: "0.1",
      instructions: "You are asked whether you answer.",
      actions: [],
      thread,
      cacheKey: "doctor",
    };
    await model.respond(request, AbortSignal.timeout(MODEL_MS));
    return judgeModel(model.name, null);
  } catch (error) {
    return judgeModel("the model", describeError(error));
  }
}
