/**
 * The recipe of a commit: image, set-up, test command, and where its report
 * lies. Settings of the repository first, then convention.
 */
import { createHash } from "node:crypto";
import picomatch from "picomatch";
import { OrionError } from "../../domain/errors.ts";
import type { Git, TreeEntry } from "../../domain/ports/git-port.ts";
import type { SandboxSetup } from "../../domain/ports/sandbox-port.ts";
import { installText } from "../../policy/scope/manifests.ts";
import type { ReportFormat } from "../witness/report.ts";
import { conventionFor, factsUnder, PROJECT_FILES, projectFolder } from "./convention.ts";
import { type Convention, REPORT_PATH, type RepositoryFacts } from "./project.ts";
import { type RepositorySettings, SETTINGS_PATHS, settingsOrDefaults } from "./settings.ts";

export interface Recipe {
  /** `orion.yml` or the name of the convention */
  readonly source: string;
  readonly setup: SandboxSetup;
  /** shell line that runs every test; null when nobody says how */
  readonly test: {
    readonly command: string;
    readonly report: string;
    readonly format: ReportFormat;
    /** the project's folder, "" for the top: the report's files are named as seen from there */
    readonly folder: string;
    readonly deadlineMs: number;
  } | null;
  /** globs of test files that the repository names itself */
  readonly testFiles: readonly string[];
  readonly settings: RepositorySettings;
  /** why `.github/orion.yml` could not be understood, so that defaults hold; null when all is well */
  readonly problem: string | null;
}

const DEFAULT_TEST_MINUTES = 10;
/** Read for what they say about tests, wherever they lie. */
const MANIFESTS = [...PROJECT_FILES, "Cargo.lock", "requirements.txt", "requirements-dev.txt", "setup.cfg", "tox.ini"];
const TEST_TEXTS = 5;
const MOST_TEXTS = 100;
/** Manifests whose own version is installed nowhere. */
const VERSIONED = [
  ["package.json", "package"],
  ["package-lock.json", "lock"],
] as const;

/** Files whose change makes the set-up run again. */
const SETUP_INPUTS = picomatch(
  [
    "**/package.json",
    "**/{package-lock,npm-shrinkwrap}.json",
    "**/{pnpm-lock,pnpm-workspace}.yaml",
    "**/{yarn.lock,.npmrc,.nvmrc}",
    "**/{requirements*.txt,pyproject.toml,setup.py,setup.cfg,poetry.lock,uv.lock}",
    "**/{go.mod,go.sum,Cargo.toml,Cargo.lock,Gemfile,Gemfile.lock,Makefile}",
    "**/*.prisma",
    ".github/orion.{yml,yaml}",
  ],
  { dot: true },
);

/** The settings as a commit has them; the defaults where they are invalid. */
export async function readSettings(git: Git, repositoryId: number, commit: string): Promise<RepositorySettings> {
  return settingsOrDefaults(await firstText(git, repositoryId, commit, SETTINGS_PATHS)).settings;
}

/**
 * @param commit the commit that is installed: its manifests decide the set-up
 * @param judge the commit whose settings and test command count: the base, so that a change cannot rewrite its own judge
 * @param planned paths the plan names: which project of several is meant
 */
export async function readRecipe(
  git: Git,
  repositoryId: number,
  { commit, judge, planned }: { readonly commit: string; readonly judge: string; readonly planned: readonly string[] },
): Promise<Recipe> {
  const tree = await git.tree(repositoryId, commit);
  const { settings, problem } = settingsOrDefaults(await firstText(git, repositoryId, judge, SETTINGS_PATHS));
  const facts = await factsOf(git, repositoryId, commit, tree);
  const judgeFacts =
    judge === commit ? facts : await factsOf(git, repositoryId, judge, await git.tree(repositoryId, judge));
  const installs = await installIds(git, repositoryId, commit, tree);
  const decided = decideRecipe(settings, { head: facts, judge: judgeFacts, tree, planned, installs });
  return { ...decided, problem };
}

/** Manifests that differ in nothing but the project's own version share a set-up. */
async function installIds(
  git: Git,
  repositoryId: number,
  commit: string,
  tree: readonly TreeEntry[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const [path, kind] of VERSIONED) {
    if (!tree.some((entry) => entry.path === path)) continue;
    const bytes = await git.file(repositoryId, commit, path);
    if (bytes === null) continue;
    const text = installText(kind, new TextDecoder().decode(bytes));
    ids.set(path, createHash("sha256").update(text).digest("hex"));
  }
  return ids;
}

async function firstText(
  git: Git,
  repositoryId: number,
  commit: string,
  paths: readonly string[],
): Promise<string | null> {
  for (const path of paths) {
    const bytes = await git.file(repositoryId, commit, path);
    if (bytes !== null) return new TextDecoder().decode(bytes);
  }
  return null;
}

async function factsOf(
  git: Git,
  repositoryId: number,
  commit: string,
  tree: readonly TreeEntry[],
): Promise<RepositoryFacts> {
  const paths = new Set(tree.map((entry) => entry.path));
  const texts = new Map<string, string>();
  const named = (path: string): boolean => MANIFESTS.some((name) => path === name || path.endsWith(`/${name}`));
  const tests = [...paths].filter((path) => /(^|\/)test[^/]*\.py$/.test(path)).slice(0, TEST_TEXTS);
  const manifests = [...paths].filter(named).sort((one, other) => one.split("/").length - other.split("/").length);
  for (const path of [...manifests.slice(0, MOST_TEXTS), ...tests]) {
    const bytes = await git.file(repositoryId, commit, path);
    if (bytes !== null) texts.set(path, new TextDecoder().decode(bytes));
  }
  return { paths, text: (path) => texts.get(path) ?? null };
}

export interface RecipeFacts {
  readonly head: RepositoryFacts;
  readonly judge: RepositoryFacts;
  readonly tree: readonly TreeEntry[];
  readonly planned: readonly string[];
  /** what stands for a file's content where not all of it counts, by path */
  readonly installs?: ReadonlyMap<string, string>;
}

/** Pure: settings and facts to a recipe. A base that knows no test command leaves the word to the head. */
export function decideRecipe(settings: RepositorySettings, facts: RecipeFacts): Recipe {
  const { head, judge, planned } = facts;
  const folder = projectFolder(judge.paths, planned);
  const installs = conventionFor(factsUnder(head, folder));
  const tests = conventionFor(factsUnder(judge, folder)) ?? installs;
  const commands = settings.setup ?? (installs?.setup ?? []).map((line) => within(folder, line));
  const image = settings.image ?? null;
  const toolchain = tests?.toolchain ?? null;
  return {
    source: settings.test !== undefined ? SETTINGS_PATHS[0] : (tests?.name ?? "none"),
    setup: { image, toolchain, commands, key: setupKey([image, toolchain, commands], facts, settings.setupFiles) },
    test: settings.test === undefined ? conventionTest(tests, folder) : settingsTest(settings.test),
    testFiles: settings.testFiles,
    settings,
    problem: null,
  };
}

function within(folder: string, line: string): string {
  return folder === "" ? line : `cd '${folder.replaceAll("'", `'\\''`)}' && ${line}`;
}

function conventionTest(found: Convention | null, folder: string): Recipe["test"] {
  if (found === null) return null;
  const { command, format } = found;
  const report = folder === "" ? found.report : `${folder}/${found.report}`;
  const deadlineMs = DEFAULT_TEST_MINUTES * 60_000;
  return { command: folder === "" ? command : within(folder, `{ ${command}; }`), report, format, folder, deadlineMs };
}

function settingsTest(given: NonNullable<RepositorySettings["test"]>): Recipe["test"] {
  const minutes = "timeoutMinutes" in given ? given.timeoutMinutes : undefined;
  const report = "report" in given ? given.report : undefined;
  return {
    command: given.command,
    report: report ?? REPORT_PATH,
    format: "junit",
    folder: "",
    deadlineMs: (minutes ?? DEFAULT_TEST_MINUTES) * 60_000,
  };
}

/** @returns sha256 over image, toolchain, commands and the contents of every file the set-up depends on */
function setupKey(
  decided: readonly unknown[],
  { tree, installs = new Map() }: Pick<RecipeFacts, "tree" | "installs">,
  more: readonly string[],
): string {
  const also = more.length === 0 ? () => false : picomatch([...more], { dot: true });
  const inputs = tree.filter((entry) => SETUP_INPUTS(entry.path) || also(entry.path));
  const hash = createHash("sha256").update(JSON.stringify(decided));
  for (const entry of inputs) hash.update(`\n${entry.mode} ${installs.get(entry.path) ?? entry.sha} ${entry.path}`);
  return hash.digest("hex");
}

/**
 * @returns the recipe's test part
 * @throws OrionError TEST_COMMAND_UNKNOWN when neither settings nor convention know how to test
 */
export function requireTest(recipe: Recipe): NonNullable<Recipe["test"]> {
  if (recipe.test !== null) return recipe.test;
  throw new OrionError(
    "TEST_COMMAND_UNKNOWN",
    "nothing says how this repository is tested; add test.command (writing a JUnit report) to .github/orion.yml",
  );
}
