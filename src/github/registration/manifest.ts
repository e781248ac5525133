/**
 * The App as a manifest: `app.yml` is its one source. What stands there is what
 * GitHub is asked to register, and what the doctor later expects to find. Pure.
 */
import { parse } from "yaml";
import { z } from "zod";

const manifestSchema = z.strictObject({
  name: z.string().min(1).max(34, "GitHub takes names of at most 34 characters"),
  url: z.url(),
  description: z.string(),
  public: z.literal(false),
  hook_attributes: z.strictObject({ url: z.url(), active: z.literal(true) }),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()).min(1),
});
export type AppManifest = z.output<typeof manifestSchema>;

/** @throws ZodError when app.yml is not what a manifest must be */
export function readManifest(yaml: string): AppManifest {
  return manifestSchema.parse(parse(yaml));
}

export interface Addresses {
  /** where this instance is reached, without a slash at its end */
  readonly publicUrl: string;
  readonly webhookPath: string;
  /** where GitHub sends the person back to */
  readonly donePath: string;
}

/**
 * @returns the JSON that GitHub's form takes as `manifest`, with the addresses of this instance
 * @source GitHub documentation, "Registering a GitHub App from a manifest"
 */
export function manifestFor(manifest: AppManifest, { publicUrl, webhookPath, donePath }: Addresses): string {
  return JSON.stringify({
    ...manifest,
    url: publicUrl,
    hook_attributes: { ...manifest.hook_attributes, url: publicUrl + webhookPath },
    redirect_url: publicUrl + donePath,
  });
}
