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
import { conventionFor, REPORT_PATH, type RepositoryFacts } from "./convention.ts";
import { parseSettings, type RepositorySettings, SETTINGS_PATHS } from "./settings.ts";

export interface Recipe {
  /** `orion.yml` or the name of the convention */
  readonly source: string;
  readonly setup: SandboxSetup;
  /** shell line that runs every test; null when nobody says how */
  readonly test: { readonly command: string; readonly report: string; readonly deadlineMs: number } | null;
  /** globs of test files that the repository names itself */
  readonly testFiles: readonly string[];
}

const DEFAULT_TEST_MINUTES = 10;
const MANIFESTS = ["package.json"] as const;
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

/** The settings as a commit has them. @throws OrionError SETTINGS_INVALID */
export async function readSettings(git: Git, repositoryId: number, commit: string): Promise<RepositorySettings> {
  return parseSettings(await firstText(git, repositoryId, commit, SETTINGS_PATHS));
}

/**
 * @param commit the commit that is installed: its manifests decide the set-up
 * @param judge the commit whose settings and test command count: the base, so that a change cannot rewrite its own judge
 * @throws OrionError SETTINGS_INVALID
 */
export async function readRecipe(git: Git, repositoryId: number, commit: string, judge: string): Promise<Recipe> {
  const tree = await git.tree(repositoryId, commit);
  const settings = await readSettings(git, repositoryId, judge);
  const facts = await factsOf(git, repositoryId, commit, tree);
  const judgeFacts =
    judge === commit ? facts : await factsOf(git, repositoryId, judge, await git.tree(repositoryId, judge));
  const installs = await installIds(git, repositoryId, commit, tree);
  return decideRecipe(settings, { head: facts, judge: judgeFacts, tree, installs });
}

/** A project's own version is installed nowhere: manifests that differ in nothing else share a set-up. */
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
  for (const path of MANIFESTS.filter((manifest) => paths.has(manifest))) {
    const bytes = await git.file(repositoryId, commit, path);
    if (bytes !== null) texts.set(path, new TextDecoder().decode(bytes));
  }
  return { paths, text: (path) => texts.get(path) ?? null };
}

/** Pure: settings and facts to a recipe. A base that knows no test command leaves the word to the head. */
export function decideRecipe(
  settings: RepositorySettings,
  facts: {
    readonly head: RepositoryFacts;
    readonly judge: RepositoryFacts;
    readonly tree: readonly TreeEntry[];
    /** what stands for a file's content where not all of it counts, by path */
    readonly installs?: ReadonlyMap<string, string>;
  },
): Recipe {
  const installs = conventionFor(facts.head);
  const tests = conventionFor(facts.judge) ?? installs;
  const commands = settings.setup ?? installs?.setup ?? [];
  const image = settings.image ?? null;
  return {
    source: settings.test !== undefined ? SETTINGS_PATHS[0] : (tests?.name ?? "none"),
    setup: { image, commands, key: setupKey(image, commands, facts, settings.setupFiles) },
    test: testPart(settings.test, tests?.command ?? null),
    testFiles: settings.testFiles,
  };
}

function testPart(given: RepositorySettings["test"], convention: string | null): Recipe["test"] {
  const command = given?.command ?? convention;
  if (command === null) return null;
  const minutes = given !== undefined && "timeoutMinutes" in given ? given.timeoutMinutes : undefined;
  const report = given !== undefined && "report" in given ? given.report : undefined;
  return { command, report: report ?? REPORT_PATH, deadlineMs: (minutes ?? DEFAULT_TEST_MINUTES) * 60_000 };
}

/** @returns sha256 over image, commands and the contents of every file the set-up depends on */
function setupKey(
  image: string | null,
  commands: readonly string[],
  { tree, installs = new Map() }: Pick<Parameters<typeof decideRecipe>[1], "tree" | "installs">,
  more: readonly string[],
): string {
  const also = more.length === 0 ? () => false : picomatch([...more], { dot: true });
  const inputs = tree.filter((entry) => SETUP_INPUTS(entry.path) || also(entry.path));
  const hash = createHash("sha256").update(JSON.stringify([image, commands]));
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
