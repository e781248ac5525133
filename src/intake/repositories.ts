/**
 * Which repositories a payload speaks of, and keeping them. The id is the key;
 * owner and name follow whatever GitHub said last.
 */
import type { Store } from "../domain/ports/store-port.ts";
import type { Repository } from "../domain/task.ts";
import { installationEvent, repositoryEvent } from "./payloads.ts";

/** @returns the repository the event is about; null when it is about none or about an installation */
export function repositoryOf(payload: unknown): Repository | null {
  const parsed = repositoryEvent.safeParse(payload);
  if (!parsed.success) return null;
  const { repository, installation } = parsed.data;
  return {
    id: repository.id,
    installationId: installation.id,
    owner: repository.owner.login,
    name: repository.name,
  };
}

/** @returns the repositories an installation event adds */
export function installedRepositories(payload: unknown): {
  readonly account: string;
  readonly added: readonly Repository[];
} {
  const { installation, repositories, repositories_added } = installationEvent.parse(payload);
  const added = [...repositories, ...repositories_added].map(({ id, name, full_name }) => ({
    id,
    installationId: installation.id,
    owner: full_name.slice(0, full_name.lastIndexOf("/")),
    name,
  }));
  return { account: installation.account.login, added };
}

const ADDS = ["created", "added", "unsuspend", "new_permissions_accepted"];

/** Inserts or updates every repository the payload speaks of. */
export async function keepRepositories(
  store: Pick<Store, "saveRepository">,
  delivery: { readonly event: string; readonly action: string | null; readonly payload: unknown },
): Promise<void> {
  if (delivery.event.startsWith("installation")) {
    if (!ADDS.includes(delivery.action ?? "")) return;
    const { account, added } = installedRepositories(delivery.payload);
    for (const repository of added) await store.saveRepository(repository, account);
    return;
  }
  const repository = repositoryOf(delivery.payload);
  if (repository !== null) await store.saveRepository(repository, repository.owner);
}
