/**
 * The rules of the house that a linter does not know: rooms, sizes, one reader
 * of the environment, one pusher. Prints every breach and fails on any.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTypeScript from "dependency-cruiser/config-utl/extract-ts-config";
import { envExample, VARIABLES } from "../src/config.ts";
import { settingsJsonSchema } from "../src/runs/recipe/settings-json-schema.ts";

const MAX_LINES = 250;
const MAX_FILES_IN_A_ROOM = 12;
const LEAST_MODULES = 50;
const breaches: string[] = [];

const tracked = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "src", "test", "scripts", "prisma"],
  { encoding: "utf8" },
)
  .split("\n")
  .filter((path) => path !== "" && existsSync(path));
const sources = tracked.filter(
  (path) => path.startsWith("src/") && path.endsWith(".ts") && !path.includes("/generated/"),
);

await checkRooms();
checkSizes();
checkText();
checkEnvExample();
checkSettingsSchema();
checkReadme();

if (breaches.length > 0) {
  console.error(breaches.map((breach) => `house: ${breach}`).join("\n"));
  process.exitCode = 1;
} else {
  console.log(`house: ${sources.length} files keep the rules`);
}

async function checkRooms(): Promise<void> {
  const options = await extractOptions("./.dependency-cruiser.mjs");
  const { output } = await cruise(["src"], { ...options, validate: true }, undefined, {
    tsConfig: extractTypeScript("./tsconfig.json"),
  });
  const { summary, modules } = output as ICruiseResult;
  if (modules.length < LEAST_MODULES)
    breaches.push(`only ${modules.length} modules were read; the import rules judged nothing`);
  for (const { rule, from, to } of summary.violations) breaches.push(`${rule.name}: ${from} imports ${to}`);
}

function checkSizes(): void {
  const rooms = new Map<string, number>();
  for (const path of sources) {
    const lines = readFileSync(path, "utf8").split("\n").length - 1;
    if (lines > MAX_LINES)
      breaches.push(`${path} has ${lines} lines, at most ${MAX_LINES}: split it by what it is about`);
    const room = path.slice(0, path.lastIndexOf("/"));
    rooms.set(room, (rooms.get(room) ?? 0) + 1);
  }
  for (const [room, files] of rooms) {
    if (files > MAX_FILES_IN_A_ROOM)
      breaches.push(`${room} holds ${files} files, at most ${MAX_FILES_IN_A_ROOM}: give some a room of their own`);
  }
}

/** What may stand in which file; each rule names what it protects. */
function checkText(): void {
  const rules: readonly { readonly pattern: RegExp; readonly allowed: RegExp; readonly because: string }[] = [
    {
      pattern: /\bprocess\.env\b/,
      allowed: /^src\/((main|doctor)\.ts|local\/|store\/migrate\/main\.ts)/,
      because: "only the entries read the environment",
    },
    {
      pattern: /\[\s*["'`]push["'`]|--force\b|force-with-lease/,
      allowed: /^src\/(git\/push\.ts|local\/)/,
      because: "one module pushes",
    },
    {
      pattern: /refs\/heads\/\$\{(?!ref|request\.ref)/,
      allowed: /^src\/(git\/|local\/)/,
      because: "branches are written by FeatureRef only",
    },
    {
      pattern: /\b(updateRef|createRef|git\/refs|createOrUpdateFileContents|pulls\.merge|mergeUpstream)\b/,
      allowed: /^src\/local\//,
      because: "no other call writes a ref",
    },
  ];
  for (const path of sources) {
    const text = readFileSync(path, "utf8");
    if (!/^\s*\/\*\*/.test(text.replace(/^#!.*\n/, ""))) breaches.push(`${path} does not open by saying what it is`);
    for (const { pattern, allowed, because } of rules) {
      if (!allowed.test(path) && pattern.test(text)) breaches.push(`${path}: ${because} (${pattern})`);
    }
  }
}

function checkEnvExample(): void {
  if (!existsSync(".env.example") || readFileSync(".env.example", "utf8") !== envExample()) {
    breaches.push(".env.example differs from src/config.ts; run `node scripts/env-example.ts`");
  }
}

function checkSettingsSchema(): void {
  const path = "docs/orion.schema.json";
  if (!existsSync(path) || readFileSync(path, "utf8") !== settingsJsonSchema()) {
    breaches.push(`${path} differs from what Orion reads; run \`node scripts/settings-schema.ts\``);
  }
}

/** Every variable and every script a person is told of must be there. */
function checkReadme(): void {
  const readme = readFileSync("README.md", "utf8");
  for (const name of Object.keys(VARIABLES)) {
    if (!readme.includes(`\`${name}\``)) breaches.push(`README.md does not name ${name}`);
  }
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  for (const [, script] of readme.matchAll(/npm run ([a-z:-]+)/g)) {
    if (script !== undefined && script !== "test:ci" && scripts[script] === undefined)
      breaches.push(`README.md names npm run ${script}, which is no script`);
  }
}
