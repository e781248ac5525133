/**
 * Whether a process that is started like this is there to register the App.
 * Only where nothing of an App is set, so that a slip in a running deployment is
 * an error and no open door. Pure.
 */
import type { Config } from "../../config.ts";

type Facts = Pick<
  Config,
  "NODE_ENV" | "ORION_ROLE" | "ORION_PUBLIC_URL" | "ORION_SETUP_TOKEN" | "APP_ID" | "PRIVATE_KEY"
>;

/** In production somebody must have asked for it by a token of their own, which travels over https only. */
export function asksForSetup(config: Facts): boolean {
  const nothingSet = config.APP_ID === undefined && config.PRIVATE_KEY === undefined;
  const reachable = config.ORION_PUBLIC_URL !== undefined && config.ORION_ROLE !== "worker";
  const isPrivate = config.ORION_PUBLIC_URL?.startsWith("https:") === true;
  const wanted = config.NODE_ENV !== "production" || (isPrivate && config.ORION_SETUP_TOKEN !== undefined);
  return nothingSet && reachable && wanted;
}
