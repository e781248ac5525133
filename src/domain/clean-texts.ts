/** Takes something out of every text of a value, however deep. Pure. */

/**
 * @param value of objects, lists and plain values; a Date stays as it is
 * @returns the same shape, each text of it cleaned by itself
 */
export function cleanTexts<T>(value: T, clean: (text: string) => string): T;
export function cleanTexts(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((one) => cleanTexts(one, clean));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [clean(key), cleanTexts(one, clean)]));
}
