/**
 * Whether a column can hold its constant default. PostgreSQL finds out only
 * while the file is applied, and then the deploy stops. Pure; what it does not
 * know fits.
 */
import type { Constant } from "../schema/scene.ts";

/** The edge of int8 is beyond what a number here can tell. */
const LARGEST: Readonly<Record<string, number>> = { int2: 2 ** 15, int4: 2 ** 31, int8: 2 ** 70 };
const UUID = /^\{?(?:[0-9a-f]{4}-?){8}\}?$/i;

/**
 * @param type as `typeText` spells it
 * @param value undefined when the default is computed
 */
export function fits(type: string, value: Constant | undefined): boolean {
  if (value === undefined || value === null) return true;
  const [, most] = /^(?:varchar|bpchar)\((\d+)\)$/.exec(type) ?? [];
  // blanks at the end are cut off without a word
  if (most !== undefined) return typeof value !== "string" || [...value.trimEnd()].length <= Number(most);
  if (type === "uuid") return typeof value !== "string" || UUID.test(value);
  const limit = LARGEST[type];
  if (limit === undefined || typeof value === "boolean") return true;
  const number = typeof value === "string" ? Number(value.replaceAll("_", "")) : value;
  return Number.isFinite(number) && number >= -limit && number < limit;
}
