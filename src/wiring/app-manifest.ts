/** The App as this release describes it: read from `app.yml`, for registering it and for the doctor. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type AppManifest, readManifest } from "../github/registration/manifest.ts";

/** @throws the read error, or ZodError when app.yml is no manifest */
export function appManifest(): AppManifest {
  return readManifest(readFileSync(resolve(import.meta.dirname, "../../app.yml"), "utf8"));
}
