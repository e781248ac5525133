/**
 * Installation tokens: one repository, the permissions one operation needs, kept
 * until shortly before they expire. No token leaves this room but in a Remote.
 */
import type { ProbotOctokit } from "probot";
import type { Repository } from "../domain/task.ts";
import { listPermissions, type Permissions } from "./errors.ts";

/** A token this close to its end is not handed out: a push must outlive it. */
const MARGIN_MS = 5 * 60_000;

export interface Tokens {
  /** @returns a token for this one repository with exactly these permissions */
  mint(repository: Repository, permissions: Permissions): Promise<string>;
  /** Forgets a token that GitHub no longer takes. */
  forget(token: string): void;
}

interface Kept {
  readonly asked: Promise<string>;
  token: string | null;
  expiresAtMs: number;
}

/**
 * @param asApp the octokit that signs as the App
 * @param onSecret told every new token, before it is used, so that it can be redacted everywhere
 * @source T15: `repository_ids` of one and minimal `permissions`
 */
export function createTokens(asApp: () => Promise<ProbotOctokit>, onSecret: (token: string) => void): Tokens {
  const kept = new Map<string, Kept>();

  function ask(key: string, repository: Repository, permissions: Permissions): Promise<string> {
    const asked = create(asApp, repository, permissions).then(
      ({ token, expiresAtMs }) => {
        onSecret(token);
        Object.assign(entry, { token, expiresAtMs });
        return token;
      },
      (error: unknown) => {
        kept.delete(key);
        throw error;
      },
    );
    const entry: Kept = { asked, token: null, expiresAtMs: Number.POSITIVE_INFINITY };
    kept.set(key, entry);
    return asked;
  }

  return {
    async mint(repository, permissions) {
      const key = `${repository.installationId}/${repository.id}/${listPermissions(permissions)}`;
      const known = kept.get(key);
      if (known !== undefined && known.expiresAtMs - MARGIN_MS > Date.now()) return known.asked;
      return ask(key, repository, permissions);
    },
    forget(token) {
      for (const [key, entry] of kept) if (entry.token === token) kept.delete(key);
    },
  };
}

async function create(
  asApp: () => Promise<ProbotOctokit>,
  repository: Repository,
  permissions: Permissions,
): Promise<{ token: string; expiresAtMs: number }> {
  const octokit = await asApp();
  const { data } = await octokit.rest.apps.createInstallationAccessToken({
    installation_id: repository.installationId,
    repository_ids: [repository.id],
    permissions: { ...permissions },
  });
  return { token: data.token, expiresAtMs: Date.parse(data.expires_at) };
}
