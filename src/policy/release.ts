/**
 * The next version of Orion itself, and the changelog's entry for it. Pure:
 * texts of files in, texts out.
 */
import { z } from "zod";

/** Order and everything else stay as they were written. */
const documentSchema = z.record(z.string(), z.unknown());
const versionSchema = z.string().regex(/^\d+\.\d+\.\d+$/);

export interface Release {
  readonly manifest: string;
  /** null when there is no lock file */
  readonly lock: string | null;
  readonly changelog: string;
}

export interface ReleaseFacts {
  /** `package.json` as the change leaves it */
  readonly manifest: string;
  readonly lock: string | null;
  /** null when there is none yet */
  readonly changelog: string | null;
  /** version on the base */
  readonly baseVersion: string;
  /** what the change does, one line */
  readonly entry: string;
  /** ISO date, e.g. `2026-01-31` */
  readonly date: string;
}

const HEADING = "# Changelog\n\nWhat each version of Orion brought, newest first.\n";

/** @returns `1.4.2` → `1.5.0` */
export function nextMinor(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return `${major}.${minor + 1}.0`;
}

/** @returns the version in a `package.json`; null when it has none of the form 1.2.3 */
export function versionIn(text: string): string | null {
  const version = versionSchema.safeParse(parse(text)?.version);
  return version.success ? version.data : null;
}

/** @returns the files of the release; null when the manifest is no JSON or has no version */
export function release(facts: ReleaseFacts): Release | null {
  const version = nextMinor(facts.baseVersion);
  const files = atVersion(facts, version);
  if (files === null) return null;
  return {
    ...files,
    changelog: changelogWith(facts.changelog ?? HEADING, `## ${version} (${facts.date})\n\n- ${facts.entry}\n`),
  };
}

/** @returns manifest and lock file at a version; null when the manifest is no JSON or has none */
export function atVersion(
  { manifest, lock }: Pick<ReleaseFacts, "manifest" | "lock">,
  version: string,
): Pick<Release, "manifest" | "lock"> | null {
  const before = parse(manifest);
  if (before === null || versionIn(manifest) === null) return null;
  return {
    manifest: write({ ...before, version }, manifest),
    lock: lock === null ? null : lockAt(lock, version),
  };
}

/** @returns what the changelog says of a version, without the list's first dash; null when it says nothing */
export function entryOf(changelog: string, version: string): string | null {
  const section = sections(changelog).find((one) => isOf(one, version));
  const entry = section?.split("\n").slice(1).join("\n").trim().replace(/^- /, "");
  return entry === undefined || entry === "" ? null : entry;
}

/** @returns the changelog as if the version had none */
export function withoutEntry(changelog: string, version: string): string {
  const rest = sections(changelog).filter((one) => !isOf(one, version));
  return `${rest.join("").trimEnd()}\n`;
}

/** The text above the first version, then one for each. */
function sections(changelog: string): readonly string[] {
  return changelog.split(/^(?=## )/m);
}

function isOf(section: string, version: string): boolean {
  return section.startsWith(`## ${version} `) || section.startsWith(`## ${version}\n`);
}

/** A lock file names the version of its own package twice. */
function lockAt(text: string, version: string): string {
  const before = parse(text);
  const packages = documentSchema.safeParse(before?.packages);
  const own = packages.success ? documentSchema.safeParse(packages.data[""]) : null;
  if (before === null || !packages.success || !own?.success) return text;
  return write({ ...before, version, packages: { ...packages.data, "": { ...own.data, version } } }, text);
}

/** The newest entry stands above the others, below the heading. */
function changelogWith(text: string, entry: string): string {
  const first = text.search(/^## /m);
  const [head, rest] = first === -1 ? [text, ""] : [text.slice(0, first), text.slice(first)];
  return `${head.trimEnd()}\n\n${entry}${rest === "" ? "" : `\n${rest}`}`;
}

/** As the file was written: its indent, its last newline. */
function write(value: object, before: string): string {
  const indent = /^[ \t]+/m.exec(before)?.[0] ?? "  ";
  return JSON.stringify(value, null, indent) + (before.endsWith("\n") ? "\n" : "");
}

/** @returns null when it is no JSON object */
function parse(text: string): z.output<typeof documentSchema> | null {
  try {
    const document = documentSchema.safeParse(JSON.parse(text));
    return document.success ? document.data : null;
  } catch {
    return null; // not JSON: the caller says what that means
  }
}
