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
  /** Every repository the App is installed on. */
  repositories(): Promise<readonly Repository[]>;
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
    repositories: () =>
      calls.asApp("list installations", async (octokit) => {
        const installations = await octokit.paginate(octokit.rest.apps.listInstallations, { per_page: 100 });
        const found: Repository[] = [];
        for (const { id: installationId } of installations)
          found.push(...(await inInstallation(asInstallation, installationId)));
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
