/**
 * What a million tokens cost. A model that is not listed has no price: its cost
 * is null, never guessed.
 */

/** USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** tokens written to the cache; absent where writing costs no more than input */
  readonly written?: number;
  /** above 272,000 input tokens the whole request costs twice the input and 1.5 times the output */
  readonly longCostsMore?: true;
}

export type PriceTable = Readonly<Record<string, Price>>;

/** What one turn was billed for; `written` and `cached` are parts of `input`. */
export interface Billed {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
}

const long = { longCostsMore: true } as const;

/**
 * @source OpenAI, "Pricing" and the pages of the models (developers.openai.com/api/docs),
 *   standard tier, text tokens, as they stood in November 2026
 */
export const PRICES: PriceTable = {
  "gpt-6-astra": { input: 10, cached: 1, output: 50, written: 12.5, ...long },
  "gpt-6.2-sol": { input: 2, cached: 0.1, output: 10, written: 2.5, ...long },
  "gpt-6.1-sol": { input: 2, cached: 0.1, output: 10, written: 2.5, ...long },
  "gpt-6-sol": { input: 2, cached: 0.2, output: 10, written: 2.5, ...long },
  "gpt-6-luna": { input: 0.1, cached: 0.01, output: 0.5, written: 0.125, ...long },
  "gpt-5.6-sol": { input: 4, cached: 0.4, output: 20, written: 5, ...long },
  "gpt-5.6-terra": { input: 2, cached: 0.2, output: 12, written: 2.5, ...long },
  "gpt-5.6-luna": { input: 0.2, cached: 0.02, output: 1.2, written: 0.25, ...long },
  "gpt-5.5": { input: 5, cached: 0.5, output: 30, ...long },
  "gpt-5.4": { input: 2.5, cached: 0.25, output: 15, ...long },
  "gpt-5.4-mini": { input: 0.75, cached: 0.075, output: 4.5 },
  "gpt-5.4-nano": { input: 0.2, cached: 0.02, output: 1.25 },
  "gpt-5.3-codex": { input: 1.75, cached: 0.175, output: 14 },
  "gpt-5.2": { input: 1.75, cached: 0.175, output: 14 },
  "gpt-5.2-codex": { input: 1.75, cached: 0.175, output: 14 },
  "gpt-5.1": { input: 1.25, cached: 0.125, output: 10 },
  "gpt-5.1-codex": { input: 1.25, cached: 0.125, output: 10 },
  "gpt-5": { input: 1.25, cached: 0.125, output: 10 },
  "gpt-5-mini": { input: 0.25, cached: 0.025, output: 2 },
  "gpt-5-nano": { input: 0.05, cached: 0.005, output: 0.4 },
  "gpt-4.1": { input: 2, cached: 0.5, output: 8 },
  "gpt-4.1-mini": { input: 0.4, cached: 0.1, output: 1.6 },
  "gpt-4.1-nano": { input: 0.1, cached: 0.025, output: 0.4 },
  "o4-mini": { input: 1.1, cached: 0.275, output: 4.4 },
  o3: { input: 2, cached: 0.5, output: 8 },
};

const LONG_FROM = 272_000;
const MILLION = 1_000_000;
/** A dated snapshot costs what its model costs: `gpt-5.2-2025-12-11`. */
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/;

/** @returns USD, or null when the model has no price. */
export function costOf({ input, cached, written, output }: Billed, model: string, prices: PriceTable): number | null {
  const price = priceOf(model, prices);
  if (price === null) return null;
  const isLong = price.longCostsMore === true && input > LONG_FROM;
  const fresh = input - cached - written;
  const prompt = fresh * price.input + cached * price.cached + written * (price.written ?? price.input);
  return (prompt * (isLong ? 2 : 1) + output * price.output * (isLong ? 1.5 : 1)) / MILLION;
}

function priceOf(model: string, prices: PriceTable): Price | null {
  for (const name of [model, model.replace(SNAPSHOT, "")]) if (Object.hasOwn(prices, name)) return prices[name] ?? null;
  return null;
}
