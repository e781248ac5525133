/**
 * How a repository is installed and tested when it does not say so itself: one
 * rule a kind of project, the first that fits wins; and in which of its folders
 * the project lies. Pure.
 */
import { goConvention, makeConvention, rustConvention } from "./compiled.ts";
import { nodeConvention, plainNodeConvention } from "./node.ts";
import type { Convention, RepositoryFacts } from "./project.ts";
import { isPython, pythonConvention } from "./python.ts";

interface Rule {
  fits(facts: RepositoryFacts): boolean;
  convention(facts: RepositoryFacts): Convention | null;
}

const some = ({ paths }: RepositoryFacts, name: RegExp): boolean => [...paths].some((path) => name.test(path));

const RULES: readonly Rule[] = [
  { fits: ({ paths }) => paths.has("package.json"), convention: nodeConvention },
  { fits: ({ paths }) => paths.has("go.mod"), convention: goConvention },
  { fits: ({ paths }) => paths.has("Cargo.toml"), convention: rustConvention },
  // Beside a language's own manifest a Makefile mostly calls that language's tests.
  { fits: (facts) => !some(facts, /^(pyproject\.toml|setup\.(py|cfg)|pytest\.ini)$/), convention: makeConvention },
  { fits: isPython, convention: pythonConvention },
  { fits: (facts) => some(facts, /\.[cm]?[jt]s$/), convention: plainNodeConvention },
];

/** Files that make a folder a project. */
export const PROJECT_FILES = [
  "package.json",
  "go.mod",
  "Cargo.toml",
  "pyproject.toml",
  "setup.py",
  "Makefile",
] as const;

/** @returns the convention that fits, or null when none does; a project without tests gets the one its first test will run by */
export function conventionFor(facts: RepositoryFacts): Convention | null {
  for (const rule of RULES) {
    const found = rule.fits(facts) ? rule.convention(facts) : null;
    if (found !== null) return found;
    if (facts.paths.has("package.json")) return null;
  }
  return null;
}

/**
 * The folder whose project is meant: the top when it is a project itself, else
 * the one that holds the planned files, nearest first; the only one when there
 * is but one.
 * @param planned paths the plan names; [] before there is a plan
 * @returns "" for the top
 */
export function projectFolder(paths: ReadonlySet<string>, planned: readonly string[]): string {
  if (PROJECT_FILES.some((name) => paths.has(name))) return "";
  const folders = new Set(
    [...paths].flatMap((path) => {
      const cut = path.lastIndexOf("/");
      return cut > 0 && PROJECT_FILES.some((name) => path.slice(cut + 1) === name) ? [path.slice(0, cut)] : [];
    }),
  );
  const holders = planned.map((path) => nearest(path, folders)).filter((folder) => folder !== null);
  const only = folders.size === 1 ? [...folders][0] : undefined;
  return holders[0] ?? only ?? "";
}

function nearest(path: string, folders: ReadonlySet<string>): string | null {
  const parts = path.split("/").slice(0, -1);
  while (parts.length > 0) {
    const folder = parts.join("/");
    if (folders.has(folder)) return folder;
    parts.pop();
  }
  return null;
}

/** The same facts as seen from a folder. */
export function factsUnder({ paths, text }: RepositoryFacts, folder: string): RepositoryFacts {
  if (folder === "") return { paths, text };
  const inside = [...paths].filter((path) => path.startsWith(`${folder}/`));
  return {
    paths: new Set(inside.map((path) => path.slice(folder.length + 1))),
    text: (path) => text(`${folder}/${path}`),
  };
}
