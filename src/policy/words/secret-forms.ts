/**
 * The forms one secret takes on its way out: encoded, reversed, escaped, cut
 * into lines. Pure; which texts are searched is decided elsewhere.
 */

/** Shorter pieces would match by chance. */
const PIECE_MIN = 8;
/** What Markdown and invisible characters may put between two letters without a reader noticing. */
const BETWEEN = "[\\\\\\u00AD\\u200B-\\u200F\\u2060\\uFEFF]*";

/** @returns every form but the value itself, without doubles */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const forms = [
    ...base64Forms(bytes),
    hex,
    hex.toUpperCase(),
    encodeURIComponent(secret),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join(""),
    [...secret].reverse().join(""),
    escaped(secret),
    escaped(escaped(secret)),
    secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    // the lines of a key are secrets each
    ...secret.split(/\r?\n|\\n/).filter((line) => line.length >= 32 && !line.startsWith("-----")),
  ];
  return [...new Set(forms)].filter((form) => form !== secret && form.length >= PIECE_MIN);
}

/** @returns the source of a pattern that finds the value, though escapes or unseen characters stand in it */
export function tolerantPattern(secret: string): string {
  return [...secret].map((letter) => literal(letter)).join(BETWEEN);
}

/** @returns the source of a pattern that matches exactly this text */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Base64 of the value alone and of the value in the middle of something: each of three alignments. */
function base64Forms(bytes: Buffer): string[] {
  const forms = [bytes.toString("base64"), bytes.toString("base64url")];
  for (const shift of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    // characters that hold bits of a neighbour differ from place to place
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor((shifted.length * 8) / 6);
    forms.push(shifted.toString("base64").slice(first, last), shifted.toString("base64url").slice(first, last));
  }
  return forms;
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
