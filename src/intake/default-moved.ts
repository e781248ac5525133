/**
 * A push to a branch: open pull requests of Orion's that go into it, or lie on
 * it, may merge no more, or again. No request; nothing is said but on the living
 * comment.
 */
import { z } from "zod";
import type { Delivery } from "../domain/ports/store-port.ts";
import type { Repository } from "../domain/task.ts";
import type { IntakeDeps } from "./effects.ts";

const pushEvent = z.object({ ref: z.string(), deleted: z.boolean().nullish() });
const HEADS = "refs/heads/";

/** @returns one line for the delivery's record; null when the event is about nothing of this */
export async function followPush(deps: IntakeDeps, delivery: Delivery, repository: Repository): Promise<string | null> {
  if (delivery.event !== "push") return null;
  const { ref, deleted } = pushEvent.parse(delivery.payload);
  if (!ref.startsWith(HEADS) || deleted === true) return null;
  return deps.afterwards.moved({ repository, branch: ref.slice(HEADS.length) });
}
