/**
 * Characters a person cannot see. What they carry reaches a model but no
 * reader, so they are taken out before a model reads (T2).
 */

export interface Cleaned {
  readonly text: string;
  /** true when something was taken out that plain writing does not hold */
  readonly hidden: boolean;
}

/** Format, private, unassigned, lone surrogate, default-ignorable, control, and the blanks that count as letters. */
const INVISIBLE = /[\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?![\n\t])\p{Cc}/gu;

/** What keyboards add to an emoji: one selector, one joiner. */
const EMOJI_PARTS =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\d#*])(?:\uFE0F\u20E3|\uFE0F?\u200D|\uFE0F)(?![\u200D\uFE00-\uFE0F])/gu;

/** Line ends and marks that editors write and nobody means. */
const HARMLESS = /\r\n?|^\uFEFF|\u00AD/gu;

/** Takes out what cannot be seen. Line ends become `\n`. */
export function stripInvisible(text: string): Cleaned {
  const plain = text.replace(HARMLESS, (part) => (part.startsWith("\r") ? "\n" : "")).replace(EMOJI_PARTS, "");
  const visible = plain.replace(INVISIBLE, "");
  return { text: visible.normalize("NFC"), hidden: visible.length !== plain.length };
}

/** One visible line, e.g. an issue's title. */
export function visibleLine(text: string): Cleaned {
  const cleaned = stripInvisible(text);
  return { text: cleaned.text.replace(/\s+/g, " ").trim(), hidden: cleaned.hidden };
}
