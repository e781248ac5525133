/**
 * One object's bytes, for contents that need not be text.
 */
import { execFile } from "node:child_process";
import { OrionError } from "../../../domain/errors.ts";
import { gitEnvironment } from "./run.ts";

const BLOB_MAX = 100 * 1024 * 1024;

/** @throws OrionError FORGE_GIT when there is no such blob */
export function blobBytes(dir: string, sha: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { cwd: dir, env: gitEnvironment(), maxBuffer: BLOB_MAX, encoding: "buffer" as const };
    execFile("git", ["cat-file", "blob", sha], options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else
        reject(new OrionError("FORGE_GIT", `git holds no blob ${sha} within ${BLOB_MAX} bytes`, { dir, sha }, error));
    });
  });
}
