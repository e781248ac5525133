/**
 * Plain words that GitHub shows as they are and does nothing about: no mention,
 * no reference, no address turned into a link, no command for another bot.
 */

/** Zero-width joiner: a reader does not see it, GitHub does not match across it. */
const JOINER = "\u200D";

const QUIET: readonly (readonly [RegExp, string])[] = [
  [/&/g, "&amp;"],
  [/</g, "&lt;"],
  [/[\\`*[\]~$]/g, "\\$&"],
  // within a word an underscore marks nothing, and secrets stay in one piece for redaction
  [/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_"],
  [/@/g, `@${JOINER}`],
  // closing words need a reference, so without one they close nothing
  [/#(?=\d)/g, `#${JOINER}`],
  [/(gh-)(?=\d)/gi, `$1${JOINER}`],
  [/:(?=\/\/)/g, `:${JOINER}`],
  [/(www)(?=\.)/gi, `$1${JOINER}`],
];

/** `/word` alone at the start of a line, its underscores perhaps escaped; a path goes on with another slash. */
const COMMAND = /^([^\S\n]*\/)(?=[a-z][\w\\-]*(?:\s|$))/gim;
/** What would begin a list, a heading, a quote or an underline. */
const BLOCK_START = /^[^\S\n]*([-+=#>]|\d{1,9}(?=[.)]))/gm;
const LANGUAGE = /^[a-z0-9+#-]{1,20}$/i;
/** Drawn instead of shown, or offered to be applied with one click. */
const ACTIVE = new Set(["mermaid", "math", "geojson", "topojson", "stl", "suggestion"]);

/** Escapes one stretch of text within a line; what emphasis begins with may be a line's first word too. */
export function quietText(text: string): string {
  return QUIET.reduce((rest, [what, instead]) => rest.replace(what, instead), text).replace(COMMAND, `$1${JOINER}`);
}

/** Takes from line starts what would begin a block or a command. */
export function quietLines(paragraph: string): string {
  return paragraph
    .replace(BLOCK_START, (_, mark: string) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`))
    .replace(COMMAND, `$1${JOINER}`)
    .replace(/^[^\S\n]+/gm, "");
}

/** A fenced block that is shown as text, whatever its language says. */
export function fenced(value: string, lang: string): string {
  const longest = Math.max(2, ...[...value.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const named = LANGUAGE.test(lang) && !ACTIVE.has(lang.toLowerCase()) ? lang : "";
  return `${fence}${named}\n${value.replace(COMMAND, `$1${JOINER}`)}\n${fence}`;
}
