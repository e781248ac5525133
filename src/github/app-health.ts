/** What the App is on GitHub, as the doctor asks for it: its rights, its deliveries, where it is installed. */
import type { ProbotOctokit } from "probot";
import type { Repository } from "../domain/task.ts";
import type { Calls } from "./calls.ts";

export interface AppHealth {
  app(): Promise<{
    readonly permissions: Readonly<Record<string, string | undefined>>;
    readonly events: readonly string[];
  }>;
  /** The newest, at most 30; newest first. */
  deliveries(): Promise<readonly { readonly event: string; readonly statusCode: number }[]>;
  /** Where the App is installed and not suspended, with what it was granted there. */
  installations(): Promise<readonly Installation[]>;
}

export interface Installation {
  readonly account: string;
  readonly permissions: Readonly<Record<string, string | undefined>>;
  readonly repositories: readonly Repository[];
}

const DELIVERIES = 30;

/** @param asInstallation an octokit that acts as one installation */
export function appHealth(calls: Calls, asInstallation: (id: number) => Promise<ProbotOctokit>): AppHealth {
  return {
    app: () =>
      calls.asApp("read the App", async (octokit) => {
        const { data } = await octokit.rest.apps.getAuthenticated();
        return { permissions: { ...data?.permissions }, events: data?.events ?? [] };
      }),
    deliveries: () =>
      calls.asApp("list webhook deliveries", async (octokit) => {
        const { data } = await octokit.rest.apps.listWebhookDeliveries({ per_page: DELIVERIES });
        return data.map(({ event, status_code }) => ({ event, statusCode: status_code }));
      }),
    installations: () =>
      calls.asApp("list installations", async (octokit) => {
        const all = await octokit.paginate(octokit.rest.apps.listInstallations, { per_page: 100 });
        const found: Installation[] = [];
        for (const { id, account, permissions, suspended_at } of all) {
          if (suspended_at !== null || account === null) continue;
          // an enterprise has no login
          const name = account.login ?? account.slug;
          const repositories = await inInstallation(asInstallation, id);
          found.push({ account: name, permissions: { ...permissions }, repositories });
        }
        return found;
      }),
  };
}

async function inInstallation(
  asInstallation: (id: number) => Promise<ProbotOctokit>,
  installationId: number,
): Promise<readonly Repository[]> {
  const octokit = await asInstallation(installationId);
  const all = await octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: 100 });
  return all.map(({ id, name, owner }) => ({ id, installationId, owner: owner.login, name }));
}
