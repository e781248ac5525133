/**
 * How npm, pnpm and yarn projects are installed and tested: the project's own
 * script with a reporter added. Pure.
 */
import { z } from "zod";
import { type Convention, NODE_TEST_REPORTERS, REPORT_PATH, type RepositoryFacts } from "./project.ts";

const manifestSchema = z.looseObject({
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
type Manifest = z.output<typeof manifestSchema>;

interface Runner {
  readonly name: string;
  /** package without which it writes no JUnit report */
  readonly needs: string | null;
  /** what in the project's own script calls it; options go right behind, in front of what else the script does */
  readonly word: RegExp;
  readonly call: string;
  readonly options: string;
  readonly prelude: string;
}

const RUNNERS: readonly Runner[] = [
  {
    name: "vitest",
    needs: null,
    word: /\bvitest\b(\s+run\b)?/,
    call: "vitest run",
    options: `--reporter=default --reporter=junit --outputFile.junit=${REPORT_PATH}`,
    prelude: "",
  },
  {
    name: "mocha",
    needs: null,
    word: /\bmocha\b/,
    call: "mocha",
    options: `--reporter xunit --reporter-option output=${REPORT_PATH}`,
    prelude: "",
  },
  {
    name: "jest",
    needs: "jest-junit",
    word: /\bjest\b/,
    call: "jest",
    options: "--ci --reporters=default --reporters=jest-junit",
    prelude: `export JEST_JUNIT_OUTPUT_FILE=${REPORT_PATH} JEST_JUNIT_ADD_FILE_ATTRIBUTE=true JEST_JUNIT_REPORT_TEST_SUITE_ERRORS=true; `,
  },
];

/** @returns null for a runner that writes no report of its own */
export function nodeConvention(facts: RepositoryFacts): Convention | null {
  const manifest = readManifest(facts.text("package.json"));
  const setup = nodeSetup(facts.paths, manifest);
  const script = manifest.scripts?.test ?? "";
  const has = (name: string): boolean =>
    manifest.dependencies?.[name] !== undefined || manifest.devDependencies?.[name] !== undefined;
  const base = { setup, report: REPORT_PATH, format: "junit", toolchain: null } as const;
  const runner = RUNNERS.find(({ name }) => new RegExp(`\\b${name}\\b`).test(script) || (script === "" && has(name)));
  if (runner !== undefined && (runner.needs === null || has(runner.needs))) {
    const own = script === "" ? runner.name : script;
    return {
      name: runner.name,
      ...base,
      command: npx(`${runner.prelude}${own.replace(runner.word, `${runner.call} ${runner.options}`)}`),
    };
  }
  // jest writes no report of its own; nothing is guessed about it
  if (runner !== undefined) return null;
  const own = /\bnode\b.*--test\b/.test(script) ? script : "node --test";
  return { name: "node:test", ...base, command: nodeTestCommand(own) };
}

function readManifest(text: string | null): Manifest {
  try {
    return manifestSchema.safeParse(JSON.parse(text ?? "{}")).data ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Install scripts do not run: what a package does at install time is nobody's test. */
function nodeSetup(paths: ReadonlySet<string>, manifest: Manifest): readonly string[] {
  if (paths.has("pnpm-lock.yaml")) return ["npx --yes pnpm@10 install --frozen-lockfile --ignore-scripts"];
  if (paths.has("yarn.lock")) return ["npx --yes yarn@1 install --frozen-lockfile --ignore-scripts"];
  if (paths.has("package-lock.json") || paths.has("npm-shrinkwrap.json"))
    return ["npm ci --ignore-scripts --no-audit --no-fund"];
  const needs = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies];
  if (needs.every((group) => group === undefined || Object.keys(group).length === 0)) return [];
  return ["npm install --ignore-scripts --no-audit --no-fund --no-package-lock"];
}

function npx(command: string): string {
  return `export PATH="$PWD/node_modules/.bin:$PATH"; ${command}`;
}

/** Reporter options are only options in front of the files. */
function nodeTestCommand(script: string): string {
  return npx(`mkdir -p .orion; ${script.replace(/--test\b(?!-)/, `--test ${NODE_TEST_REPORTERS}`)}`);
}

/** A folder of scripts without a manifest. */
export function plainNodeConvention(): Convention {
  const base = { name: "node:test", setup: [], report: REPORT_PATH, format: "junit", toolchain: null } as const;
  return { ...base, command: nodeTestCommand("node --test") };
}
