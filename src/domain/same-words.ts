/** When two entries of the memory say the same. Pure. */

/** True when a person would call them the same words; the place that a fact names at its end does not count. */
export function sameWords(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function folded(text: string): string {
  return text
    .replace(/\s*\(`?[^\s()]{1,300}`?\)\s*$/, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[.!]$/, "")
    .toLowerCase();
}
