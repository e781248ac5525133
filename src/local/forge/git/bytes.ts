/**
 * One object's bytes, for contents that need not be text.
 */
import { OrionError } from "../../../domain/errors.ts";
import { objectAt } from "./objects.ts";

/** @throws OrionError FORGE_GIT when there is no such blob */
export async function blobBytes(dir: string, sha: string): Promise<Buffer> {
  const object = await objectAt(dir, sha);
  if (object?.type === "blob") return object.bytes;
  throw new OrionError("FORGE_GIT", `git holds no blob ${sha}`, { dir, sha });
}
