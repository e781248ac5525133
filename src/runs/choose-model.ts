/** Which model works for a repository: the one its settings name, if the operator allows it. Pure. */
import type { Model } from "../domain/ports/model-port.ts";
import { SETTINGS_PATHS } from "./recipe/settings.ts";

/** @returns the operator's own when nothing, or nothing allowed, is named; `problem` then says so */
export function chooseModel(
  { model, models }: { readonly model: Model; readonly models: readonly Model[] },
  wanted: string | undefined,
): { readonly model: Model; readonly problem: string | null } {
  if (wanted === undefined || wanted === model.name) return { model, problem: null };
  const found = models.find(({ name }) => name === wanted);
  if (found !== undefined) return { model: found, problem: null };
  const names = [model, ...models].map(({ name }) => name);
  const allowed = [...new Set(names)].join(", ");
  const problem = `${SETTINGS_PATHS[0]}, model: ${wanted} is none that the operator of this Orion allows (${allowed}); ${model.name} works instead`;
  return { model, problem };
}
