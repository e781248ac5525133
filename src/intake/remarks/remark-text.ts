/** What of a comment is kept: the words readers of the page see, cut to size, and a note of what is missing. Pure. */
import { visibleText } from "../../policy/markdown.ts";

/** Most characters of one remark. */
export const MOST_REMARK_CHARS = 4_000;

/** @returns "" when nothing can be seen */
export function remarkText(markdown: string): string {
  return remarkOf(visibleText(markdown));
}

/**
 * @param seen.text visible words
 * @param seen.hidden true when something else was taken out of them
 * @returns "" when nothing can be seen
 */
export function remarkOf({ text, hidden }: { readonly text: string; readonly hidden: boolean }): string {
  if (text === "") return "";
  const cut = text.slice(0, MOST_REMARK_CHARS).toWellFormed();
  return [
    cut,
    ...(cut.length < text.length ? [`[cut here; ${text.length - cut.length} more characters are in the comment]`] : []),
    ...(hidden ? ["[content that readers of the page do not see was removed]"] : []),
  ].join("\n");
}
