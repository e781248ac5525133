/**
 * Taking secrets out of text. Known values first, in every form they are
 * likely to take; then the shapes secrets have. It finds no secret that was
 * taken apart word by word: that is why none enters a sandbox.
 */
import { formsOf, literal, tolerantPattern } from "./words/secret-forms.ts";

/** What stands where a secret stood. */
export const REDACTED = "[redacted]";

/** Shorter values are words of the language, and redacting them would empty every text. */
const SECRET_MIN = 8;
/** Tokens live an hour; older ones are worthless. */
const LEARNED_MAX = 500;

/**
 * Shapes of secrets nobody told us. `$1` is kept. What may fail after a long run is bounded:
 * a text of nothing but beginnings would else be read to its end for each of them.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, REDACTED],
  // since April 2026 an installation token is ghs_<app id>_<jwt>, with dots and dashes
  [/\bgh[opsur]_[\w.-]{20,}/g, REDACTED],
  [/\bgithub_pat_\w{20,}/g, REDACTED],
  [/\beyJ[\w-]{6,2000}\.[\w-]{6,}\.[\w-]{6,}/g, REDACTED],
  [/\bsk-(?=[\w-]{0,200}\d)[\w-]{16,}/g, REDACTED],
  [/\bnpm_[A-Za-z0-9]{20,}/g, REDACTED],
  [/\bxox[a-z]-[\w-]{10,}/g, REDACTED],
  [/\bxapp-[\w-]{10,}/g, REDACTED],
  [/\brnd_[A-Za-z0-9]{16,}/g, REDACTED],
  [/\bglpat-[\w-]{16,}/g, REDACTED],
  [/\bhf_[A-Za-z0-9]{20,}/g, REDACTED],
  [/\bA(?:KIA|SIA)[0-9A-Z]{16}\b/g, REDACTED],
  [/\bAIza[\w-]{35}/g, REDACTED],
  [
    /\b((?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?):\/\/[^\s:@/]*:)[^\s@]{1,2000}(?=@)/gi,
    `$1${REDACTED}`,
  ],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi, `$1${REDACTED}`],
  [/\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[\w.~+/=-]{8,}/gi, `$1${REDACTED}`],
];

export interface LiveRedactor {
  /** From now on this value is taken out too; values under 8 characters are ignored. */
  learn(secret: string): void;
  clean(text: string): string;
}

/**
 * @param secrets exact values, e.g. every secret of the environment
 * @returns the same text without them and without anything of the shape of a secret
 * @source T5
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const patterns = secrets.filter(isSecret).map(patternOf);
  return (text) => withoutShapes(patterns.reduce((rest, pattern) => rest.replace(pattern, REDACTED), text));
}

/** A redactor that learns the tokens minted while it lives. */
export function liveRedactor(secrets: readonly string[]): LiveRedactor {
  const known = redactor(secrets);
  const learned = new Map<string, RegExp>();
  return {
    learn(secret) {
      if (!isSecret(secret)) return;
      learned.set(secret, patternOf(secret));
      const [oldest] = learned.keys();
      if (learned.size > LEARNED_MAX && oldest !== undefined) learned.delete(oldest);
    },
    clean: (text) => {
      let rest = text;
      for (const pattern of learned.values()) rest = rest.replace(pattern, REDACTED);
      return known(rest);
    },
  };
}

function isSecret(value: string): boolean {
  return value.trim().length >= SECRET_MIN;
}

function patternOf(secret: string): RegExp {
  const forms = formsOf(secret.trim()).sort((one, other) => other.length - one.length);
  const [raw, ...rest] = [tolerantPattern(secret.trim()), ...forms.map(literal)];
  return new RegExp([...rest, raw].join("|"), "g");
}

function withoutShapes(text: string): string {
  return PATTERNS.reduce((rest, [shape, instead]) => rest.replace(shape, instead), text);
}
