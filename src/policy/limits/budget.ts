/**
 * What a person may set a task's cap to. A pure verdict over their words; the
 * operator's own cap stands above it.
 */
export type BudgetVerdict =
  | {
      readonly kind: "set";
      readonly usd: number;
      /** what was asked for, where that is more than the operator allows */
      readonly asked: number | null;
    }
  | { readonly kind: "unreadable" };

/** `5`, `12.50`, `$8`, `8 $`, `8 usd`; cents are the smallest part. */
const AMOUNT = /^\$?\s*(\d{1,6}(?:\.\d{1,2})?)\s*(?:\$|usd|dollars?)?$/i;

/** @param mostUsd the operator's own cap */
export function judgeBudget(words: string, mostUsd: number): BudgetVerdict {
  const asked = Number(AMOUNT.exec(words.trim())?.[1] ?? Number.NaN);
  if (Number.isNaN(asked) || asked === 0) return { kind: "unreadable" };
  return asked > mostUsd ? { kind: "set", usd: mostUsd, asked } : { kind: "set", usd: asked, asked: null };
}
