/**
 * The words of an HTML page, in one pass: a page is a stranger's, and one made
 * to be slow must not hold the worker. It is no parser and fetches nothing. Pure.
 */

/** What a tag begins with; any other `<` is a word's. */
const TAG = /[a-z/!?]/i;
/** Elements whose content no reader sees. */
const UNSEEN = /(script|style|template)(?=[\s/>])/iy;
const CLOSING: Readonly<Record<string, RegExp>> = {
  script: /<\/script(?=[\s/>])/gi,
  style: /<\/style(?=[\s/>])/gi,
  template: /<\/template(?=[\s/>])/gi,
};

/** @returns the text between tags, blanks collapsed; what never ends hides the rest, as in a browser */
export function textOfHtml(html: string): string {
  const words: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open === -1) {
      words.push(html.slice(at));
      break;
    }
    if (!TAG.test(html.charAt(open + 1))) {
      words.push(html.slice(at, open + 1));
      at = open + 1;
      continue;
    }
    words.push(html.slice(at, open), " ");
    at = endOf(html, open);
  }
  return words
    .join("")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n[ \n]*/g, "\n")
    .trim();
}

/** @returns where the text goes on after what begins at `open`; every character is looked at once, whatever comes */
function endOf(html: string, open: number): number {
  if (html.startsWith("<!--", open)) return after(html, "-->", open + 4);
  UNSEEN.lastIndex = open + 1;
  const name = UNSEEN.exec(html)?.[1];
  const closing = name === undefined ? undefined : CLOSING[name.toLowerCase()];
  if (closing === undefined) return after(html, ">", open);
  closing.lastIndex = open;
  const end = closing.exec(html);
  return end === null ? html.length : after(html, ">", end.index);
}

function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at === -1 ? html.length : at + mark.length;
}
