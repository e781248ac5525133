/**
 * The App of the local forge: an id, a key pair and a webhook secret, made once
 * per data directory and kept, so that restarts find the same App.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const identitySchema = z.object({
  id: z.number(),
  slug: z.string(),
  privateKey: z.string(),
  webhookSecret: z.string(),
});
export type AppIdentity = z.output<typeof identitySchema>;

/** @returns the identity kept in `dir`; the file is readable by its owner only */
export async function appIdentity(dir: string): Promise<AppIdentity> {
  const path = join(dir, "app.json");
  const kept = await readFile(path, "utf8").catch(() => null);
  if (kept !== null) return identitySchema.parse(JSON.parse(kept));
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const identity: AppIdentity = {
    id: 4_242,
    slug: "orion",
    privateKey,
    webhookSecret: randomBytes(32).toString("hex"),
  };
  await mkdir(dir, { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(identity), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return identity;
}
