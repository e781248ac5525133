/**
 * A release: the files of one commit in a folder of their own, with their
 * dependencies. The source's hooks, attributes and configuration have no say.
 */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { OrionError } from "../../domain/errors.ts";
import { type CommandPlace, runCommand } from "./command.ts";

const GIT_ENV = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0" } as const;
const MANIFESTS = ["package-lock.json", "package.json"] as const;

export interface ReleaseSource {
  /** a clone URL or the path of a repository */
  readonly repository: string;
  readonly branch: string;
  /** bare mirror the host keeps of it */
  readonly mirror: string;
}

export interface CommitFacts {
  readonly id: string;
  /** subject line */
  readonly message: string;
  /** ISO 8601 */
  readonly createdAt: string;
}

/** The commit the branch points at on the source now; null when there is no such branch. */
export async function branchHead({ repository, branch }: ReleaseSource): Promise<string | null> {
  const listed = await git(["ls-remote", repository, `refs/heads/${branch}`]);
  return listed.split("\t")[0] || null;
}

/** @throws OrionError COMMIT_UNKNOWN when the source has no such commit */
export async function fetchCommit({ repository, mirror }: ReleaseSource, commit: string): Promise<CommitFacts> {
  if (!existsSync(mirror)) await git(["init", "--quiet", "--bare", "--template=", mirror]);
  mkdirSync(join(mirror, "info"), { recursive: true });
  // stands above what the source's own attributes say
  writeFileSync(join(mirror, "info/attributes"), "* -export-ignore -export-subst\n");
  // a branch that is gone may stand in the way of one in a folder of its name
  await git(["-C", mirror, "fetch", "--quiet", "--no-tags", "--prune", repository, "+refs/heads/*:refs/heads/*"]);
  try {
    const told = await git(["-C", mirror, "show", "--no-patch", "--format=%H%n%cI%n%s", `${commit}^{commit}`]);
    const [id = commit, createdAt = "", message = ""] = told.split("\n");
    return { id, message, createdAt };
  } catch (cause) {
    throw new OrionError("COMMIT_UNKNOWN", `the repository has no commit ${commit}; push it first`, { commit }, cause);
  }
}

/** Unpacks the commit's files into `folder`, which must not exist. */
export async function unpack(mirror: string, commit: string, folder: string, signal: AbortSignal): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, ...GIT_ENV };
  const archive = spawn("git", [...SAFE, "-C", mirror, "archive", "--format=tar", commit], { env, signal });
  const tar = spawn("tar", ["-x", "-C", folder], { stdio: ["pipe", "ignore", "pipe"], signal });
  // what stops first leaves the other one writing; how both ended is told by their codes
  tar.stdin.on("error", () => undefined);
  archive.stdout.pipe(tar.stdin);
  const codes = await Promise.all([archive, tar].map(exitCode));
  if (codes.some((code) => code !== 0))
    throw new OrionError("RELEASE_FAILED", `the files of ${commit} could not be unpacked into ${folder}`, { folder });
}

export interface InstallPlace {
  readonly folder: string;
  /** holds one installed `node_modules` for each set of manifests */
  readonly cache: string;
  /** a checkout whose `node_modules` serves when its lock file is the same; null for none */
  readonly seed: string | null;
}

/**
 * Links the dependencies in: the seed's, the cache's, or newly installed ones.
 * Nothing to do where there is no lock file.
 */
export async function install(place: InstallPlace, command: CommandPlace, signal: AbortSignal): Promise<void> {
  const { folder, cache, seed } = place;
  if (!existsSync(join(folder, "package-lock.json"))) return;
  const modules = seed !== null && sameLock(folder, seed) ? join(seed, "node_modules") : await cached();
  symlinkSync(modules, join(folder, "node_modules"), "dir");

  async function cached(): Promise<string> {
    const kept = join(cache, keyOf(folder));
    if (existsSync(kept)) return join(kept, "node_modules");
    const fresh = join(cache, `new-${process.pid}-${Date.now()}`);
    mkdirSync(fresh, { recursive: true });
    for (const name of MANIFESTS) await promisify(execFile)("cp", [join(folder, name), fresh]);
    const argv = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    await runCommand(argv, { ...command, cwd: fresh }, signal);
    // npm's node comes with an install script; the host's own serves instead
    if (existsSync(kept)) rmSync(fresh, { recursive: true });
    else renameSync(fresh, kept);
    return join(kept, "node_modules");
  }
}

/** Removes all releases but the named ones. */
export function pruneReleases(parent: string, kept: ReadonlySet<string>): void {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    if (!kept.has(name)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function sameLock(one: string, other: string): boolean {
  const lock = join(other, "package-lock.json");
  if (!existsSync(lock) || !existsSync(join(other, "node_modules"))) return false;
  return lockOf(one) === lockOf(other);
}

/** What is installed follows from the lock file; the project's own version in it changes nothing. */
function lockOf(folder: string): string {
  const lock: unknown = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  return JSON.stringify(lock, (key, value: unknown) => {
    if (key !== "packages" && key !== "") return value;
    if (typeof value !== "object" || value === null) return value;
    if (key === "") return { ...value, version: null };
    const own: unknown = "" in value ? value[""] : null;
    return typeof own === "object" && own !== null ? { ...value, "": { ...own, version: null } } : value;
  });
}

function keyOf(folder: string): string {
  return createHash("sha256").update(lockOf(folder)).digest("hex").slice(0, 24);
}

function exitCode(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Anybody's repository is read as data. */
const SAFE = ["-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never"];

async function git(argv: readonly string[]): Promise<string> {
  const env = { ...process.env, ...GIT_ENV };
  const { stdout } = await promisify(execFile)("git", [...SAFE, ...argv], { encoding: "utf8", env });
  return stdout.trim();
}
