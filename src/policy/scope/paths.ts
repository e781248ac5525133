/**
 * Which paths a person must look at, and why. Two tables: what judges Orion, on
 * its own repository; and what runs with privilege later, anywhere.
 */
import picomatch from "picomatch";

export interface PathRule {
  readonly globs: readonly string[];
  readonly because: string;
  /** adding a file is no matter; changing or deleting one is */
  readonly onlyExisting?: true;
  /** the file is read: a change of its version alone is no matter */
  readonly manifest?: "package" | "lock";
}

const PACKAGES: readonly PathRule[] = [
  { globs: ["**/package.json"], because: "names what is installed and run", manifest: "package" },
  { globs: ["**/package-lock.json"], because: "names what is installed", manifest: "lock" },
];

/** @source T11: what runs with privilege later */
const ANYWHERE: readonly PathRule[] = [
  {
    globs: [
      "**/{.github,.gitea,.forgejo,.ci,.circleci,.buildkite,.woodpecker,.semaphore}/**",
      "**/{.gitlab-ci,.travis,.drone,.woodpecker,.appveyor,appveyor,.cirrus,codefresh,cloudbuild}.{yml,yaml}",
      "**/{azure,bitbucket}-pipelines*.{yml,yaml}",
      "**/Jenkinsfile*",
    ],
    because: "CI runs it",
  },
  {
    globs: ["**/{.vscode,.idea,.devcontainer}/**", "**/{.devcontainer.json,.envrc}"],
    because: "runs where somebody opens the folder",
  },
  {
    globs: [
      "**/{Dockerfile,Containerfile}*",
      "**/*.dockerfile",
      "**/.dockerignore",
      "**/{docker-,}compose*.{yml,yaml}",
      "**/Procfile",
    ],
    because: "builds what is deployed",
  },
  {
    globs: ["**/{render,fly,vercel,netlify,app,wrangler}.{yaml,yml,toml,json,jsonc}"],
    because: "tells the host what to deploy",
  },
  { globs: ["**/prisma/migrations/**"], because: "was applied to databases already", onlyExisting: true },
  { globs: ["**/prisma.config.*"], because: "runs when the schema is read" },
  {
    globs: [
      "**/{npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,bun.lockb,poetry.lock,uv.lock,Pipfile.lock}",
      "**/{Cargo.lock,go.sum,Gemfile.lock,composer.lock,requirements*.txt,pyproject.toml,go.mod,Cargo.toml,Gemfile}",
    ],
    because: "names what is installed",
  },
  { globs: ["**/{.npmrc,.yarnrc*,.pnpmfile.cjs,pip.conf}"], because: "says where packages come from" },
  {
    globs: [
      "**/{.husky,.githooks,.lefthook}/**",
      "**/{.gitattributes,.gitmodules,.lfsconfig,.pre-commit-config.yaml,.pre-commit-config.yml}",
      "**/{,.}lefthook{,-local}.{yml,yaml,toml,json}",
    ],
    because: "git obeys it",
  },
  {
    globs: [
      "**/CODEOWNERS",
      "**/{AGENTS,CLAUDE,GEMINI}{,.local,.override}.md",
      "**/{.cursorrules,.windsurfrules,.mcp.json}",
      "**/{.claude,.cursor,.gemini,.codex}/**",
    ],
    because: "says who decides, or what agents are told",
  },
  ...PACKAGES,
];

const OWN_CORE: readonly PathRule[] = [
  { globs: ["src/policy/**"], because: "judges what Orion may do" },
  { globs: ["src/runs/{evidence,halt,conduct-run}.ts", "src/runs/witness/**"], because: "sees whether a claim holds" },
  { globs: ["src/runs/{stages,fix,rebase,scope,recipe}/**"], because: "decides what is shown before a pull request" },
  { globs: ["src/git/**", "src/domain/{feature-ref,evidence,ledger}.ts"], because: "decides what can be pushed" },
  { globs: ["src/intake/{handle-*,scope-events}.ts"], because: "decides who may ask" },
  {
    globs: ["src/github/{checks,conversation,tokens}.ts", "src/store/records/approvals.ts", "src/web/webhooks.ts"],
    because: "says who somebody is, and what they approved",
  },
  { globs: ["test/{policy,git,sandbox,house}/**"], because: "shows that a judge works", onlyExisting: true },
  { globs: ["src/store/migrate/**"], because: "changes the database on deploy" },
  { globs: ["src/sandbox/**"], because: "keeps agents where they are" },
  {
    globs: ["src/agents/prompts/{reviewer,data-rule}.md", "src/agents/roles.ts"],
    because: "tells the reviewer what to look for",
  },
  { globs: ["src/{main,config}.ts", "src/wiring/**"], because: "hands the judges what they judge by" },
  { globs: ["scripts/**"], because: "checks, deploys or takes back" },
  {
    globs: [".dependency-cruiser.mjs", "biome.json", "tsconfig*.json", "vitest*.config.*"],
    because: "is a rule of the house",
  },
  { globs: [".nvmrc", "app.yml"], because: "says what Orion runs on and may do" },
];

interface Matcher {
  readonly rule: PathRule;
  readonly matches: (path: string) => boolean;
}

const matchersOf = (rules: readonly PathRule[]): readonly Matcher[] =>
  rules.map((rule) => ({ rule, matches: picomatch([...rule.globs], { dot: true, nocase: true }) }));

const GENERAL = matchersOf(ANYWHERE);
const OWN = matchersOf([...OWN_CORE, ...ANYWHERE]);

/** @returns the first rule that names the path, however it is spelled; null when none does */
export function ruleFor(path: string, own: boolean): PathRule | null {
  const folded = foldPath(path);
  return (own ? OWN : GENERAL).find(({ matches }) => matches(folded))?.rule ?? null;
}

/** Names that some file system takes for one: case, width, invisible characters, dots and spaces at the end. */
function foldPath(path: string): string {
  return path
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, "")
    .normalize("NFKC")
    .toUpperCase()
    .toLowerCase()
    .split("/")
    .map((part) => part.replace(/[. ]+$/, "") || part)
    .join("/");
}
