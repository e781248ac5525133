/**
 * A process without an App: it serves `/setup` until the App is registered, and
 * does nothing else. It needs no database, no engine and no model.
 */
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Config } from "../../config.ts";
import { describeError, OrionError } from "../../domain/errors.ts";
import { convertCode, type RegisteredApp } from "../../github/registration/convert.ts";
import { manifestFor } from "../../github/registration/manifest.ts";
import { webBaseOf } from "../../github/web-base.ts";
import { liveRedactor } from "../../policy/redaction.ts";
import { startWeb, WEBHOOK_PATH } from "../../web/server.ts";
import { setupDoor } from "../../web/setup/door.ts";
import type { Registered } from "../../web/setup/pages.ts";
import { DONE_PATH, SETUP_PATH, setupDesk } from "../../web/setup/setup-desk.ts";
import { appManifest } from "../app-manifest.ts";
import type { Surroundings } from "../surroundings.ts";

const STOP_MS = 4_000;

export interface SetUp {
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws OrionError CONFIG_MISSING without a public address; the listen error as node gives it */
export async function startSetup(config: Config, { onLine: tell }: Pick<Surroundings, "onLine">): Promise<SetUp> {
  const publicUrl = config.ORION_PUBLIC_URL?.replace(/\/+$/, "");
  if (publicUrl === undefined)
    throw new OrionError("CONFIG_MISSING", "set ORION_PUBLIC_URL to where GitHub reaches this server", {
      missing: ["ORION_PUBLIC_URL"],
    });
  const drawn = randomBytes(24).toString("base64url");
  const token = config.ORION_SETUP_TOKEN ?? drawn;
  const redactor = liveRedactor(config.ORION_SETUP_TOKEN === undefined ? [] : [config.ORION_SETUP_TOKEN]);
  const onLine = (line: string): void => tell(redactor.clean(line));
  const manifest = appManifest();
  const addresses = { publicUrl, webhookPath: WEBHOOK_PATH, donePath: DONE_PATH };
  const desk = setupDesk({
    door: setupDoor(token),
    githubUrl: webBaseOf(config.GITHUB_API_URL),
    manifest: { manifest: manifestFor(manifest, addresses), permissions: manifest.default_permissions },
    secure: publicUrl.startsWith("https:"),
    register: async (code) => {
      const app = await convertCode(config.GITHUB_API_URL, code);
      for (const secret of [app.pem, app.webhookSecret, app.clientSecret]) redactor.learn(secret);
      return keep(config, app);
    },
    onLine,
  });
  const web = await startWeb({
    host: config.HOST ?? (config.NODE_ENV === "production" ? "0.0.0.0" : "127.0.0.1"),
    port: config.PORT,
    desk,
    webhooks: { verify: async () => false, receive: async () => "duplicate" },
    // it is all it can be: a host that waits for readiness must let people reach it
    readiness: async () => ({ ready: true, checks: { app: `waits to be registered on ${SETUP_PATH}` } }),
    status: async () => [`CodeMaestro has no GitHub App yet: register one on ${SETUP_PATH}.`],
    onError: (error) => onLine(describeError(error)),
  });
  tell(
    config.ORION_SETUP_TOKEN === undefined
      ? `No GitHub App is configured. Register one on ${publicUrl}${SETUP_PATH} with the set-up token ${token}`
      : `No GitHub App is configured. Register one on ${publicUrl}${SETUP_PATH} with the value of ORION_SETUP_TOKEN`,
  );
  return { url: web.url, stop: () => web.stop(STOP_MS) };
}

/** Production keeps no secret on its disk: its host has a place for them. */
async function keep(config: Config, app: RegisteredApp): Promise<Registered> {
  const lines = [
    `APP_ID=${app.id}`,
    `PRIVATE_KEY=${Buffer.from(app.pem).toString("base64")}`,
    `WEBHOOK_SECRET=${app.webhookSecret}`,
  ];
  const { slug: name, htmlUrl } = app;
  const facts = { name, installUrl: `${htmlUrl}/installations/new`, lines };
  if (config.NODE_ENV === "production") return { ...facts, keptIn: null };
  return { ...facts, keptIn: await write(resolve(config.ORION_DATA_DIR), `app-${app.id}.env`, lines) };
}

/** GitHub hands the secrets over once: where they cannot be kept they are shown all the same. */
async function write(folder: string, name: string, lines: readonly string[]): Promise<string | null> {
  try {
    await mkdir(folder, { recursive: true });
    // never into a file that is there: others may be reading it
    await writeFile(join(folder, name), `${lines.join("\n")}\n`, { mode: 0o600, flag: "wx" });
    return join(folder, name);
  } catch {
    return null; // the page says that they are kept nowhere
  }
}
