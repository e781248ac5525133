/** The App's own webhooks: what became of them, and sending one again. */
import type { HookDelivery, Hooks } from "../../domain/ports/hook-port.ts";
import type { Calls } from "../calls.ts";

const PAGE = 100;
/** of deliveries; more than this in one sweep is a flood that later sweeps go on with */
const MOST = 3_000;

export function hooks(calls: Calls): Hooks {
  return {
    hookDeliveries: (since) =>
      calls.asApp("list webhook deliveries", async (octokit) => {
        const found: HookDelivery[] = [];
        const pages = octokit.paginate.iterator(octokit.rest.apps.listWebhookDeliveries, { per_page: PAGE });
        for await (const { data } of pages) {
          const page = data.map((one) => ({
            id: one.id,
            guid: one.guid,
            event: one.event,
            deliveredAt: new Date(one.delivered_at),
            ok: one.status_code >= 200 && one.status_code < 300,
          }));
          found.push(...page.filter(({ deliveredAt }) => deliveredAt >= since));
          if (page.some(({ deliveredAt }) => deliveredAt < since) || found.length >= MOST) break;
        }
        return found;
      }),
    redeliver: (id) =>
      calls.asApp("have a webhook sent again", async (octokit) => {
        await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
      }),
  };
}
