/**
 * What PostgreSQL can hold as text: no NUL, no half of a surrogate pair. A turn
 * is made storable before it enters the thread, so that both stay the same bytes.
 */
export function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
