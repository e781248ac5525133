/**
 * HTML inside Markdown: a few tags without attributes are looked through, all
 * other HTML is taken as something a reader does not see.
 */

/** Tags that change how words look, not whether they are there. */
const PLAIN = [
  ..."b i u s em strong del ins sub sup kbd code samp var mark small p br hr".split(" "),
  ..."details summary ul ol li dl dt dd table thead tbody tr td th h1 h2 h3 h4 h5 h6".split(" "),
];
const PLAIN_TAG = new RegExp(`</?(?:${PLAIN.join("|")})(?:\\s+open)?\\s*/?>`, "gi");

/**
 * @param html one `html` node of the tree, with its angle brackets
 * @returns the words between plain tags; null when it holds any other tag, a comment, or a part of one
 */
export function visibleHtml(html: string): string | null {
  const words = html.replace(PLAIN_TAG, "");
  return words.includes("<") ? null : words.trim();
}

/**
 * @param html an inline tag
 * @returns how the tag that ends it begins, `</name`; null when nothing after it is hidden by it
 */
export function closingTag(html: string): string | null {
  if (visibleHtml(html) !== null) return null;
  const [, name] = /^<([a-z][a-z0-9-]*)/i.exec(html) ?? [];
  if (name === undefined || html.endsWith("/>")) return null;
  const standsAlone = ["img", "input", "br", "hr", "wbr", "source", "link", "meta"].includes(name.toLowerCase());
  return standsAlone ? null : `</${name.toLowerCase()}`;
}
