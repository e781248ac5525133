/**
 * The only kind of branch Orion may write. A FeatureRef can be made here and
 * nowhere else, and the pushing module accepts nothing else, so a push to the
 * default branch has no spelling. This file touches no repository.
 */
import { OrionError } from "./errors.ts";

declare const brand: unique symbol;
/** `feature/` and a slug; a branch name, not a full ref. */
export type FeatureRef = string & { readonly [brand]: "FeatureRef" };

const SHAPE = /^feature\/[a-z0-9][a-z0-9-]{0,59}$/;
const SLUG_MAX = 48;

/**
 * @param name a branch name such as `feature/slack-tool`
 * @throws OrionError NOT_A_FEATURE_REF for every other shape
 */
export function featureRef(name: string): FeatureRef {
  if (!SHAPE.test(name)) {
    throw new OrionError(
      "NOT_A_FEATURE_REF",
      `${JSON.stringify(name)} is not feature/<a-z, 0-9, ->; pick such a name`,
      {
        name,
      },
    );
  }
  return name as FeatureRef;
}

/**
 * The slug of a branch from words a person or a model wrote: `SlackTool` → `slack-tool`.
 * @returns 1 to 48 characters of a-z, 0-9 and `-`; `change` when nothing is left
 */
export function featureSlug(words: string): string {
  const slug = words
    .replace(/^(refs\/heads\/)?feature\//, "")
    .normalize("NFKD")
    .replace(/\p{Mark}+/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, "");
  return slug === "" ? "change" : slug;
}
