/**
 * Which files are tests: only these may Tara write, and none of hers may Devon
 * change. Pure.
 */
import picomatch from "picomatch";

const TEST_GLOBS = [
  "**/{test,tests,spec,specs,__tests__,__mocks__,__snapshots__,testdata,fixtures}/**",
  "**/*.{test,spec}.*",
  "**/*_{test,spec}.*",
  "**/test_*.py",
  "**/{conftest.py,*Test.java,*Tests.cs}",
];
const isTest = picomatch(TEST_GLOBS, { dot: true });

/**
 * @param path relative to the repository
 * @param more the repository's own globs, from its settings
 */
export function isTestPath(path: string, more: readonly string[]): boolean {
  return isTest(path) || (more.length > 0 && picomatch([...more], { dot: true })(path));
}

/** Paths an agent may never write, whoever asked: what runs with privilege later. */
const FORBIDDEN = picomatch(
  [".github/workflows/**", ".github/actions/**", ".github/orion.{yml,yaml}", "**/.gitmodules", ".git/**"],
  {
    dot: true,
    nocase: true,
  },
);

/** @returns the paths that no pull request of Orion's may touch */
export function forbiddenPaths(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => FORBIDDEN(path));
}

/** @returns the paths that a repository's own settings keep a change from touching */
export function outOfBounds(
  paths: readonly string[],
  rules: { readonly allowed?: readonly string[] | undefined; readonly forbidden: readonly string[] } | undefined,
): readonly string[] {
  if (rules === undefined) return [];
  const match = (globs: readonly string[]) => picomatch([...globs], { dot: true, nocase: true });
  const forbidden = rules.forbidden.length === 0 ? () => false : match(rules.forbidden);
  const allowed = rules.allowed === undefined ? () => true : match(rules.allowed);
  return paths.filter((path) => forbidden(path) || !allowed(path));
}

/** What decides how tests run: a change here can make a red test look green. */
const RUNNER = picomatch(
  [
    "**/{vitest,vite,jest,babel,mocha,playwright}*.config.*",
    "**/{.mocharc*,package.json,tsconfig*.json,.npmrc,.babelrc*,.swcrc}",
    "**/{pytest.ini,tox.ini,setup.cfg,pyproject.toml,conftest.py,sitecustomize.py}",
    "**/{Makefile,go.mod,Cargo.toml,build.rs}",
  ],
  { dot: true },
);

/** @returns the paths that decide how tests run; a person is always told of them */
export function runnerPaths(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => RUNNER(path));
}
