/**
 * Whether a manifest changed in more than its own version. Read as JSON: how it
 * is written, and in which order, is no matter. Pure.
 */
import { isDeepStrictEqual } from "node:util";

type Document = Readonly<Record<string, unknown>>;

/**
 * @param before,after the whole text; null when the file is not there
 * @returns false only when both are JSON and differ in nothing but the version
 */
export function changesMore(kind: "package" | "lock", before: string | null, after: string | null): boolean {
  const [one, other] = [before, after].map((text) => (text === null ? null : documentOf(text)));
  if (!one || !other) return true;
  if (!versionFits(one) || !versionFits(other)) return true;
  return kind === "package"
    ? !isDeepStrictEqual(withoutVersion(one), withoutVersion(other))
    : !isDeepStrictEqual(lockWithoutVersion(one), lockWithoutVersion(other));
}

/** @returns the text without its own version, so that two which install the same are the same; as it is when it is no JSON */
export function installText(kind: "package" | "lock", text: string): string {
  const document = documentOf(text);
  if (document === null || !versionFits(document)) return text;
  return JSON.stringify(kind === "package" ? withoutVersion(document) : lockWithoutVersion(document));
}

function documentOf(text: string): Document | null {
  try {
    const value: unknown = JSON.parse(text);
    return isDocument(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is no plain version may mean something to a tool. */
function versionFits({ version }: Document): boolean {
  return version === undefined || (typeof version === "string" && /^[\w.+-]{1,64}$/.test(version));
}

function withoutVersion({ version: _, ...rest }: Document): Document {
  return rest;
}

/** A lock file names the version of its own package twice. */
function lockWithoutVersion(lock: Document): Document {
  const { packages } = lock;
  if (!isDocument(packages) || !isDocument(packages[""]) || !versionFits(packages[""])) return withoutVersion(lock);
  return { ...withoutVersion(lock), packages: { ...packages, "": withoutVersion(packages[""]) } };
}
