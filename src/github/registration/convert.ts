/** Takes over what GitHub made of a manifest: one call, which GitHub answers once for each code. */
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";

const answerSchema = z.object({
  id: z.number().int().positive(),
  slug: z.string().min(1),
  html_url: z.url(),
  pem: z.string().includes("PRIVATE KEY-----"),
  webhook_secret: z.string().min(32),
  client_secret: z.string(),
});

export interface RegisteredApp {
  readonly id: number;
  readonly slug: string;
  /** the App's page on GitHub */
  readonly htmlUrl: string;
  readonly pem: string;
  readonly webhookSecret: string;
  /** Orion has no use for it, and it is a secret all the same */
  readonly clientSecret: string;
}

const CODE = /^[A-Za-z0-9_-]{1,128}$/;
const TIMEOUT_MS = 20_000;

/**
 * @param code as GitHub put it into the address it sent the person back to; it lives an hour
 * @throws OrionError MANIFEST_CODE when GitHub does not know the code (any more), GITHUB_UNREACHABLE when it does not answer so
 */
export async function convertCode(apiUrl: string, code: string): Promise<RegisteredApp> {
  if (!CODE.test(code)) throw new OrionError("MANIFEST_CODE", "the code in the address is none of GitHub's");
  const url = `${apiUrl.replace(/\/+$/, "")}/app-manifests/${code}/conversions`;
  const response = await ask(url);
  if (response.status === 404 || response.status === 422)
    throw new OrionError(
      "MANIFEST_CODE",
      "GitHub does not know this code: it was used already, or is older than an hour",
      {
        status: response.status,
      },
    );
  // what a parser says of a broken answer may quote the secrets in it
  const told: unknown = response.ok ? await response.json().catch(() => null) : null;
  const answer = answerSchema.safeParse(told);
  if (!answer.success)
    throw new OrionError("GITHUB_UNREACHABLE", `GitHub answered ${response.status} and gave no App`, {
      status: response.status,
    });
  const { id, slug, html_url, pem, webhook_secret, client_secret } = answer.data;
  return { id, slug, htmlUrl: html_url, pem, webhookSecret: webhook_secret, clientSecret: client_secret };
}

async function ask(url: string): Promise<Response> {
  try {
    const headers = { accept: "application/vnd.github+json", "user-agent": "codemaestro" };
    return await fetch(url, { method: "POST", headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new OrionError("GITHUB_UNREACHABLE", "GitHub did not answer; look at GITHUB_API_URL", {}, cause);
  }
}
