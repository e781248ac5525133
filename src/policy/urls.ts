/** The web addresses that a person wrote out. Pure; whether one may be fetched is judged where it is. */

const ADDRESS = /https:\/\/[^\s<>"'`]+/g;
/** What usually ends the sentence, not the address. */
const TRAILING = /[.,;:!?)\]}*_]+$/;

/** @returns each address once, in the order they stand, written as `URL` writes it */
export function urlsIn(text: string): readonly string[] {
  const found = [...text.matchAll(ADDRESS)].flatMap(([address]) => {
    const trimmed = address.replace(TRAILING, "");
    return URL.canParse(trimmed) ? [new URL(trimmed).href] : [];
  });
  return [...new Set(found)];
}
