/** Puts together what Orion does about its own versions: who it is now, and what follows a merge. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Config } from "../config.ts";
import type { DeployHost } from "../domain/ports/deploy-port.ts";
import type { IncarnationFacts } from "../domain/ports/store/evolution-store.ts";
import type { Toolbox } from "../domain/ports/toolbox-port.ts";
import { renderHost } from "../render/render-host.ts";
import type { Surroundings } from "./surroundings.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const manifest = z.object({ version: z.string() });

/** Looked at often where the host is on this machine, seldom where it counts requests. */
const LOOK_MS = { near: 500, far: 5_000 } as const;

/** @returns what this process says of itself */
export function whoIAm(config: Config, env: Surroundings["env"], toolbox: Toolbox): IncarnationFacts {
  const { version } = manifest.parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
  const migrations = readdirSync(join(ROOT, "prisma/migrations"), { withFileTypes: true });
  const schema = migrations.flatMap((one) => (one.isDirectory() ? [one.name] : [])).sort();
  const tools = toolbox.tools.map(({ name }) => name).sort();
  const commit = config.ORION_COMMIT ?? (env.RENDER_GIT_COMMIT || headOfCheckout());
  return { version, commit, tools, schema: schema.at(-1) ?? "none" };
}

/** @returns the host that deploys Orion, and how often to look at it; null without a key and a service */
export function openDeployHost(
  config: Config,
  env: Surroundings["env"],
): { readonly host: DeployHost | null; readonly lookMs: number } {
  const serviceId = config.RENDER_SERVICE_ID;
  if (config.RENDER_API_KEY === undefined || serviceId === undefined) return { host: null, lookMs: LOOK_MS.near };
  const apiUrl = config.RENDER_API_URL;
  const near = new URL(apiUrl).hostname === "127.0.0.1" || env.NODE_ENV === "test";
  return {
    host: renderHost({ apiUrl, apiKey: config.RENDER_API_KEY, serviceId }),
    lookMs: near ? LOOK_MS.near : LOOK_MS.far,
  };
}

/** Outside of a checkout nobody knows. */
function headOfCheckout(): string {
  try {
    return execFileSync("git", ["-C", ROOT, "rev-parse", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown"; // no git or no checkout: the version still says which release it is
  }
}
