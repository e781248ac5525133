/**
 * Which names may enter a commit. Pure, and strict only about what is new: a
 * name the base already has is the repository's own business.
 */
import { refuse } from "./refuse.ts";

const COMPONENT_BYTES = 255;
const PATH_BYTES = 4_000;
const PATH_PARTS = 200;
// Cc and Cf would show up as nothing in a review; U+2028 and U+2029 break its lines
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const PLAIN = /^[A-Za-z0-9._-]*[A-Za-z0-9_-]$/;
const SHORT_NAME_OF_GIT = /^git~[0-9]+$/;

/**
 * The path of an entry relative to the workspace; null for the workspace itself.
 * @throws OrionError EXPORT_REFUSED for names that leave the workspace or are ambiguous
 */
export function entryPath(name: string): string | null {
  const path = name.replace(/^(\.\/+)+/, "").replace(/\/+$/, "");
  if (name !== "" && (path === "" || path === ".") && !name.startsWith("/")) return null;
  const remedy = "export entries relative to the workspace, without `.` and `..`";
  if (name === "") throw refuse("path-shape", name, "has no name", remedy);
  if (name.startsWith("/")) throw refuse("path-shape", name, "is an absolute path", remedy);
  if (!isPlainPath(path)) throw refuse("path-shape", name, "is not a plain path inside the workspace", remedy);
  return path;
}

/** True for `a/b/c`: relative, nothing empty, no `.`, no `..`, no NUL. */
export function isPlainPath(path: string): boolean {
  return !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** @throws OrionError EXPORT_REFUSED unless a new file or directory may be called this */
export function judgeNewComponent(component: string, path: string): void {
  const remedy = "rename or remove it in the workspace";
  if (isGitLookAlike(component)) throw refuse("git-look-alike", path, "looks like .git on some file system", remedy);
  if (component.includes("\\")) throw refuse("name", path, "holds a backslash", remedy);
  if (component.includes("\uFFFD")) throw refuse("name", path, "is not valid UTF-8", remedy);
  if (UNSEEN.test(component)) throw refuse("name", path, "holds a character nobody can see", remedy);
  if (component !== component.normalize("NFC")) throw refuse("name", path, "is not in Unicode form NFC", remedy);
  if (Buffer.byteLength(component) > COMPONENT_BYTES) {
    throw refuse("name", path, `has a part of more than ${COMPONENT_BYTES} bytes`, remedy);
  }
}

/** @throws OrionError EXPORT_REFUSED when the whole path is longer than file systems take, or deeper than anybody needs */
export function judgePathLength(path: string): void {
  if (Buffer.byteLength(path) > PATH_BYTES) {
    throw refuse("name", path, `is longer than ${PATH_BYTES} bytes`, "use a shorter path");
  }
  if (path.split("/").length > PATH_PARTS) {
    throw refuse("name", path, `lies deeper than ${PATH_PARTS} folders`, "use a shorter path");
  }
}

/** True for names that Windows or macOS would take for `.git`, `.git` itself included. */
export function isGitLookAlike(component: string): boolean {
  // NTFS reads `.git:stream` as a stream of .git
  const folded = foldName(component.replace(IGNORABLE, "").normalize("NFKC").split(":")[0] ?? "");
  return folded === ".git" || SHORT_NAME_OF_GIT.test(folded);
}

/** Two names with the same fold are one file on a file system that ignores case. */
export function foldName(component: string): string {
  if (PLAIN.test(component)) return component.toLowerCase();
  const visible = component.replace(IGNORABLE, "").normalize("NFC");
  const folded = visible.toUpperCase().toLowerCase().normalize("NFC");
  return folded.replace(/[. ]+$/, "");
}
