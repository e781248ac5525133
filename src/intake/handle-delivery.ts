/**
 * One stored delivery, handled to its end: who is asked, what is asked, and what
 * became of it. The queue calls it, again after a crash; it must bear that.
 */
import { z } from "zod";
import type { Delivery } from "../domain/ports/store-port.ts";
import type { Repository } from "../domain/task.ts";
import { followChecks } from "./checks/follow-checks.ts";
import { followEnd } from "./closed.ts";
import { followPush } from "./default-moved.ts";
import type { IntakeDeps } from "./effects.ts";
import { handleRequest } from "./handle-request.ts";
import { parseRequest } from "./parse-request.ts";
import { pullRequestEvent } from "./payloads.ts";
import { keepRemark } from "./remarks/keep-remark.ts";
import { keepRepositories, repositoryOf } from "./repositories.ts";
import type { ParsedRequest } from "./request.ts";
import { followScope } from "./scope-events.ts";

export type { IntakeDeps } from "./effects.ts";

/**
 * @param guid of a delivery that was stored; an unknown one is nothing to do
 * @throws OrionError of GitHub or the store: nothing is settled, handling it again is safe
 */
export async function handleDelivery(deps: IntakeDeps, guid: string): Promise<void> {
  const delivery = await deps.store.delivery(guid);
  if (delivery === null) return;
  try {
    await keepRepositories(deps.store, delivery);
    if (delivery.event.startsWith("installation")) await deps.afterwards.installed();
    const slug = await deps.github.appSlug();
    const request = parseRequest(delivery.event, delivery.payload, slug);
    await deps.store.settleDelivery(guid, await outcomeOf(deps, guid, request, { ...delivery, slug }));
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    // GitHub signed it, so asking again would give the same shape
    await deps.store.settleDelivery(guid, `unreadable: ${z.prettifyError(error)}`);
  }
}

/** What changes the commits of a pull request, or makes it one that may be merged. */
const MOVES = ["opened", "synchronize", "reopened", "ready_for_review", "edited"];

/** Nobody asked for it, so nobody is asked whether they may: the check is on everybody's pull request. */
async function checkPull(deps: IntakeDeps, { payload }: Delivery, repository: Repository): Promise<string | null> {
  const { action, pull_request } = pullRequestEvent.parse(payload);
  if (!MOVES.includes(action)) return null;
  await deps.migrations.request(repository, pull_request.number);
  return "its migrations are checked";
}

async function outcomeOf(
  deps: IntakeDeps,
  guid: string,
  request: ParsedRequest,
  { slug, ...delivery }: Delivery & { readonly slug: string },
): Promise<string> {
  const repository = repositoryOf(delivery.payload);
  if (repository === null) return "nothing asked: no repository or installation in the payload";
  const ended = await followEnd(deps, delivery, repository, slug);
  const scope = await followScope(deps, delivery, repository, slug);
  const said = await followChecks(deps, delivery, repository, slug);
  const checked = delivery.event === "pull_request" ? await checkPull(deps, delivery, repository) : null;
  const moved = await followPush(deps, delivery, repository);
  const remark = request.kind === "none" ? await keepRemark(deps, delivery, repository, slug) : null;
  const lines = [ended, scope, said, checked, moved, remark];
  const followed = lines.filter((line) => line !== null).join("; ") || null;
  if (request.kind === "none") return followed ?? `nothing asked: ${request.because}`;
  return handleRequest(deps, guid, repository, request);
}
