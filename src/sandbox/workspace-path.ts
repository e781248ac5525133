/**
 * Which names the host accepts for files of a workspace. It looks at text only:
 * where links lead is seen inside the sandbox, by whoever opens the file.
 */
import { OrionError } from "../domain/errors.ts";

/**
 * @param path relative to the workspace, `/` between components
 * @returns the same without `.` components and doubled slashes
 * @throws OrionError PATH_OUTSIDE_WORKSPACE for an absolute path, `..`, a NUL, or nothing at all
 */
export function workspacePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || path.includes("\0") || parts.includes("..") || parts.length === 0) {
    throw outsideWorkspace(path);
  }
  return parts.join("/");
}

export function outsideWorkspace(path: string): OrionError {
  return new OrionError(
    "PATH_OUTSIDE_WORKSPACE",
    `${JSON.stringify(path)} leads out of the workspace; name a file below it, without .. and not through a link`,
    { path },
  );
}

const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/;
const RUN_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws OrionError SANDBOX_NAME when name or run id cannot stand in a container's or folder's name */
export function checkNames(name: string, runId: string): void {
  if (NAME.test(name) && RUN_ID.test(runId)) return;
  throw new OrionError(
    "SANDBOX_NAME",
    `a sandbox is named with a-z, 0-9 and -, a run with letters, digits, - and _; got ${JSON.stringify(name)} of run ${JSON.stringify(runId)}`,
    { name, runId },
  );
}

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws OrionError SANDBOX_ENV for a name no shell can carry, or a value with a NUL */
export function checkEnv(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (ENV_NAME.test(name) && !value.includes("\0")) continue;
    throw new OrionError("SANDBOX_ENV", `${JSON.stringify(name)} cannot be an environment variable; rename it`, {
      name,
    });
  }
}
