/**
 * The durable insert behind the webhook's answer. It parses nothing but the two
 * facts a delivery is filed under; the work begins when the queue hands it out.
 */
import { z } from "zod";
import type { Store } from "../domain/ports/store-port.ts";

const filing = z.object({
  action: z.string().nullable().catch(null),
  repository: z.object({ id: z.number() }).nullable().catch(null),
});

/**
 * @param webhook its signature is checked; any event is stored
 * @throws what the store throws: nothing is stored then, and GitHub must be told so
 */
export async function receiveWebhook(
  store: Pick<Store, "receiveDelivery">,
  webhook: { readonly guid: string; readonly event: string; readonly payload: unknown },
): Promise<"stored" | "duplicate"> {
  const { action, repository } = filing.parse(webhook.payload);
  return store.receiveDelivery({ ...webhook, action, repositoryId: repository?.id ?? null });
}
