/**
 * GitHub's part in registering an App from a manifest: the form it takes, the
 * code it sends the person back with, and the App it hands over once. From then
 * on the forge's App is that one, until the forge is started again.
 */
import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { z } from "zod";
import { GithubFault, notFound } from "../fault.ts";
import { type AppIdentity, type HandedOver, now, type Registrations } from "../world.ts";

const CODE_LIFE_MS = 3_600_000;

/** Which permission an event needs; an App without it is not let subscribe. */
const NEEDS: Readonly<Record<string, string>> = {
  check_run: "checks",
  check_suite: "checks",
  create: "contents",
  delete: "contents",
  deployment: "deployments",
  deployment_status: "deployments",
  issue_comment: "issues",
  issues: "issues",
  label: "metadata",
  pull_request: "pull_requests",
  pull_request_review: "pull_requests",
  pull_request_review_comment: "pull_requests",
  pull_request_review_thread: "pull_requests",
  push: "contents",
  repository: "metadata",
  status: "statuses",
  workflow_job: "actions",
  workflow_run: "actions",
};

/** @source GitHub documentation, "GitHub App Manifest parameters" */
const manifestSchema = z.object({
  name: z.string().min(1).max(34),
  url: z.url(),
  redirect_url: z.url(),
  description: z.string().optional(),
  public: z.boolean().default(true),
  hook_attributes: z.object({ url: z.url(), active: z.boolean().default(true) }),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});
type Manifest = z.output<typeof manifestSchema>;

/** @param nextId gives the new App a number of its own */
export function registrations(nextId: () => number): Registrations {
  const waiting = new Map<string, { readonly manifest: Manifest; readonly until: number }>();
  return {
    begin(text, state) {
      const manifest = readManifest(text);
      const code = randomBytes(20).toString("hex");
      waiting.set(code, { manifest, until: Date.now() + CODE_LIFE_MS });
      const back = new URL(manifest.redirect_url);
      back.searchParams.set("code", code);
      back.searchParams.set("state", state);
      return back.href;
    },
    handOver(code) {
      const found = waiting.get(code);
      waiting.delete(code);
      if (found === undefined || found.until < Date.now()) throw notFound();
      return make(nextId(), found.manifest);
    },
  };
}

function readManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new GithubFault(422, "The manifest is no JSON");
  }
  const manifest = manifestSchema.safeParse(value);
  if (!manifest.success) throw new GithubFault(422, `Invalid manifest: ${z.prettifyError(manifest.error)}`);
  const { default_permissions: held, default_events: events } = manifest.data;
  const unsupported = events.filter((event) => {
    const need = NEEDS[event];
    return need === undefined || (need !== "metadata" && held[need] === undefined);
  });
  if (unsupported.length > 0) throw new GithubFault(422, `Default events unsupported: ${unsupported.join(", ")}`);
  return manifest.data;
}

function make(id: number, manifest: Manifest): HandedOver {
  const pem = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
  const app: AppIdentity = {
    id,
    slug: manifest.name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    webhookSecret: randomBytes(20).toString("hex"),
    publicKey: createPublicKey(pem),
    permissions: { metadata: "read", ...manifest.default_permissions },
    events: manifest.default_events,
    createdAt: now(),
  };
  const clientSecret = randomBytes(20).toString("hex");
  return { app, hookUrl: manifest.hook_attributes.url, pem, clientId: `Iv23li${id}`, clientSecret };
}
